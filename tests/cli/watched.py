"""Builds of a throwaway space as `oxidize build` watches them."""

from __future__ import annotations

import io
from pathlib import Path

from attrs import define, field

from oxidize.cli.console import Console
from oxidize.cli.options import BuildOptions, ProjectOptions, WatchOptions
from oxidize.cli.phases import Phases
from oxidize.cli.scope import Scope
from oxidize.cli.watching import watching
from oxidize.executor.result import BuildResult
from oxidize.graph.action import Artifact
from tests.executor.space import Space
from tests.starlark.project import TRIPLE


@define
class Watched:
    """`told` is what people see, `out` what goes to stdout."""

    space: Space
    told: io.StringIO = field(factory=io.StringIO)
    out: io.StringIO = field(factory=io.StringIO)
    as_json: bool = False

    def build(
        self,
        *artifacts: Artifact,
        explain: bool = False,
        events: str = "",
        profile: Path | None = None,
    ) -> BuildResult:
        """Builds, going on after failures."""
        project = ProjectOptions(self.space.root, TRIPLE, False, {})
        watch = WatchOptions(explain, events, profile)
        options = BuildOptions(project, 2, True, watch=watch)
        scope = Scope("build", self.space.root, ("app",), TRIPLE, "debug")
        console = Console(self.out, self.told, json=self.as_json)
        with watching(scope, options, console, Phases()) as emit:
            return self.space.executor(keep_going=True, emit=emit).build(artifacts)
