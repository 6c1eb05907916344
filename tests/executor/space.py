"""A throwaway place with sources, a cache and an output folder, and the verbs of a build."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import define, field

from oxidize.actions.kind import ActionKind
from oxidize.executor.cache import ActionCache
from oxidize.executor.events import Event
from oxidize.executor.executor import Executor
from oxidize.executor.filecache import FileCache
from oxidize.executor.journal import Journal
from oxidize.executor.result import BuildResult
from oxidize.executor.sandbox import Sandbox
from oxidize.executor.store import Store
from oxidize.graph.action import Action, Artifact, Output, SourceFile
from oxidize.graph.target import TargetOutputs
from oxidize.signature import signature_of, wait_until_settled
from tests.executor.kinds import KINDS


@define
class Space:
    """Each `build` is what a new process would do: nothing is kept but what is on disk."""

    root: Path
    kinds: Mapping[str, ActionKind] = field(factory=lambda: dict(KINDS))
    events: list[Event] = field(factory=list)
    sandbox: Sandbox | None = None

    def __attrs_post_init__(self) -> None:
        (self.root / "src").mkdir(parents=True, exist_ok=True)

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def out(self) -> Path:
        return self.root / "out"

    @property
    def store(self) -> Store:
        return Store(self.cache)

    def write(self, name: str, text: str) -> SourceFile:
        """Writes a source whose last change is too long ago to be in doubt."""
        path = self.root / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        assert wait_until_settled(signature_of(path.stat()))
        return SourceFile(str(path))

    def executor(
        self,
        *,
        jobs: int = 2,
        keep_going: bool = False,
        emit: Callable[[Event], None] | None = None,
    ) -> Executor:
        return Executor(
            self.store,
            ActionCache(self.cache / "actions"),
            FileCache(self.cache / "files", str(self.root)),
            self.kinds,
            jobs=jobs,
            emit=emit or self.events.append,
            keep_going=keep_going,
            journal=Journal(self.cache / "journal"),
            sandbox=self.sandbox,
        )

    def build(self, *artifacts: Artifact, jobs: int = 2, keep_going: bool = False) -> BuildResult:
        return self.executor(jobs=jobs, keep_going=keep_going).build(artifacts)

    def deliver(self, **files: Artifact) -> int:
        outputs = TargetOutputs({name.replace("__", "/"): item for name, item in files.items()})
        return self.executor().materialize(outputs, self.out, prune=True)

    def bytes(self, artifact: Artifact, result: BuildResult) -> bytes:
        return self.store.path(result.built(artifact).digest).read_bytes()


def action(mnemonic: str, *inputs: Artifact, role: str = "in", **params: Any) -> Output:
    """The `out` of an action."""
    return Action(mnemonic, "test", params, {role: inputs} if inputs else {}, mnemonic).output(
        "out"
    )


def keep_times(path: Path, before: os.stat_result) -> None:
    """Gives a changed file its old mtime."""
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
