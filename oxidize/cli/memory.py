"""The memory of a build: tells, without loading anything, that the same again has nothing to do."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from oxidize.cli.console import Console
from oxidize.cli.options import BuildOptions
from oxidize.cli.phases import Phases
from oxidize.cli.scope import Scope, memo_path
from oxidize.cli.verdict import Verdict
from oxidize.cli.watching import watching
from oxidize.executor.catalogues import user_file
from oxidize.executor.events import BuildUnchanged
from oxidize.executor.memo import Memo
from oxidize.lookup import Looks

if TYPE_CHECKING:
    from oxidize.cli.building import Built
    from oxidize.executor.executor import Executor
    from oxidize.graph.target import TargetOutputs


@frozen
class Delivered:
    """A target whose files are in `folder`; `program` is one of them, or empty."""

    name: str
    folder: Path
    program: str
    files: tuple[str, ...]

    @classmethod
    def of(cls, name: str, outputs: TargetOutputs, folder: Path) -> Delivered:
        """The target that has these outputs."""
        return cls(name, folder, outputs.program or "", tuple(sorted(outputs.files)))


@frozen
class Recalled:
    """A build of so many actions that has nothing to do, what it delivered before, and where these
    programs run."""

    actions: int
    targets: tuple[Delivered, ...]
    verdicts: tuple[Verdict, ...]
    seconds: float


@define
class Memory:
    """What is remembered of one build; nothing while someone wants to be told more of it."""

    scope: Scope
    options: BuildOptions
    console: Console
    looks: Looks = field(factory=Looks)
    _began: float = field(factory=time.monotonic)

    def recall(self, *, quiet: bool = False) -> Recalled | None:
        """What the build would deliver, if all of it is there and right."""
        memo = Memo.load(self._path) if self._usable else None
        if memo is None or not memo.holds():
            return None
        actions, delivered, verdicts, said = memo.told
        self.console.say_again(said)
        with watching(self.scope, self.options, self.console, Phases(), quiet=quiet) as emit:
            emit(BuildUnchanged(actions))
        targets = tuple(Delivered(name, Path(folder), *rest) for name, folder, *rest in delivered)
        told = tuple(Verdict(*each) for each in verdicts)
        return Recalled(actions, targets, told, time.monotonic() - self._began)

    def keep(
        self,
        executor: Executor,
        targets: Mapping[str, TargetOutputs],
        built: Built,
        verdicts: Iterable[Verdict] = (),
    ) -> None:
        """Remembers a build that succeeded."""
        if built.result.failures or self.console.asked:
            return
        made = (Delivered.of(name, each, built.folders[name]) for name, each in targets.items())
        rows = tuple((each.name, str(each.folder), each.program, each.files) for each in made)
        plain = tuple(each.plain for each in verdicts)
        told = (len(built.result.done), rows, plain, tuple(self.console.said))
        if memo := Memo.of(self.looks, executor.seen.values(), executor.delivered, told):
            # Without a memo, a build is as good.
            with contextlib.suppress(OSError):
                memo.save(self._path)

    @property
    def _usable(self) -> bool:
        watch = self.options.watch
        told = watch.explain or watch.events or watch.profile or self.console.verbosity > 0
        return not told

    @property
    def _path(self) -> Path:
        project = self.options.project
        told = (
            dict(project.variables),
            project.offline,
            [str(folder.absolute()) for folder in project.wheelhouse],
            self.options.locked,
            str(user_file(os.environ)),
        )
        return memo_path(self.scope, json.dumps(told, sort_keys=True))
