"""Kills builds all through an action: `python -m tests.e2e.killing_all KIND COUNT ARGS`.

In a project where `oxidize ARGS` builds something. For each of COUNT points, spread over the
quickest action of that kind: its result is forgotten, a build is killed there, and the next one has
to deliver the same bytes. Each build is a process of its own, forked off with all modules imported.
stdout gets a JSON list of the points. Linux only.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import attrs
from attrs import frozen

from oxidize.cli.main import main
from oxidize.executor.cache import ActionCache, Entry
from oxidize.executor.location import LAYOUT, cache_folder
from oxidize.executor.store import Store
from oxidize.graph.digest import Digest
from tests.executor.killing import Point, Watch

_PR_SET_CHILD_SUBREAPER = 36
_LOCKS = "lock-section"
LOG = "killed.log"


@frozen
class Extent:
    """How far the actions of a kind go."""

    changes: int
    lines: int
    seconds: float

    def points(self, kind: str, count: int) -> Iterator[Point]:
        """Half of them before changes of the disk; the others while commands run, or at lines."""
        half = count // 2 if self.seconds or self.lines else count
        at = _spread(self.changes, min(half, self.changes))
        yield from (Point(kind, "change", number) for number in at)
        rest = count - len(at)
        if self.seconds:
            yield from (
                Point(kind, "seconds", self.seconds * (number + 0.5) / rest)
                for number in range(rest)
            )
        elif self.lines:
            yield from (Point(kind, "line", number) for number in _spread(self.lines, rest))


@frozen
class Project:
    """What is in the current folder, and the arguments that build it."""

    kind: str
    arguments: tuple[str, ...]
    store: Store
    cache: ActionCache
    key: str | None

    @classmethod
    def of(cls, kind: str, arguments: Sequence[str]) -> Project:
        """`key` is that of the quickest action of the kind; between actions, there is none."""
        root = cache_folder(os.environ) / LAYOUT
        cache = ActionCache(root / "actions")
        of_kind = [
            (entry.seconds, key)
            for key, entry in cache.entries()
            if entry.parts["action"].partition("/")[0] == kind
        ]
        key = min(of_kind)[1] if of_kind else None
        return cls(kind, tuple(arguments), Store(root), cache, key)

    def delivered(self) -> dict[str, bytes]:
        """All that builds write."""
        files = [*Path("build").rglob("*"), Path("oxidize.lock")]
        return {str(path): path.read_bytes() for path in files if path.is_file()}

    def forget(self) -> None:
        """As if the action hadn't run yet, and nothing been delivered."""
        entries = dict(self.cache.entries())
        if self.key in entries:
            mine = self._made(entries.pop(self.key))
            for digest in mine.difference(*map(self._made, entries.values())):
                self.store.drop(digest)
            self.cache.path(self.key).unlink()
        shutil.rmtree("build")
        if self.kind == _LOCKS:
            Path("oxidize.lock").unlink()

    def _made(self, entry: Entry) -> set[Digest]:
        made = {built.digest for built in entry.outputs.values()}
        for built in entry.outputs.values():
            if built.form == "tree":
                made |= {each.digest for each in self.store.tree(built.digest).entries}
        return made

    def build(self) -> int:
        """Builds, in a process of its own."""
        return _forked(lambda: main(list(self.arguments)))

    def killed(self, point: Point) -> bool:
        """Whether it was killed, or came to its end before."""
        return _forked(lambda: _watched(Watch(self.kind, point), self.arguments)) != 0

    def extent(self) -> Extent:
        """Builds, and measures."""
        read, write = os.pipe()

        def measured() -> int:
            watch = Watch(self.kind)
            code = _watched(watch, self.arguments)
            extent = Extent(watch.seen["change"], watch.seen["line"], watch.seconds)
            os.write(write, json.dumps(attrs.asdict(extent)).encode())
            return code

        code = _forked(measured)
        os.close(write)
        with os.fdopen(read) as answer:
            assert code == 0, Path(LOG).read_text()
            return Extent(**json.load(answer))

    def kill_all(self, count: int) -> Iterator[Point]:
        """The points where builds were killed."""
        right = self.delivered()
        self.forget()
        for point in self.extent().points(self.kind, count):
            self.forget()
            while not self.killed(point):
                point = point.earlier()  # It came to its end sooner this time.
                self.forget()
            self.deliver(right)
            yield point
        # What was killed at its very end has nothing left to run, and so nothing to clean up.
        self.forget()
        self.deliver(right)

    def deliver(self, right: dict[str, bytes]) -> None:
        """Builds, and compares."""
        assert self.build() == 0, Path(LOG).read_text()
        assert self.delivered() == right


def _watched(watch: Watch, arguments: tuple[str, ...]) -> int:
    watch.begin()
    return main(list(arguments))


def _spread(last: int, count: int) -> list[int]:
    """So many numbers from 1 to the last, both among them, evenly."""
    return sorted({1 + number * (last - 1) // max(1, count - 1) for number in range(count)})


def _forked(work: Callable[[], int]) -> int:
    """Does it in a child; its exit status, when all processes that it left have ended, too."""
    pid = os.fork()
    if pid == 0:
        log = os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(log, stream)
        os._exit(work())
    _, status = os.waitpid(pid, 0)
    _wait_for_orphans()
    assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL), Path(LOG).read_text()
    return status


def _wait_for_orphans() -> None:
    """They are this process's children, as it is their subreaper."""
    deadline = time.monotonic() + 20
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        assert pid or time.monotonic() < deadline, "commands outlive a build that was killed"
        if not pid:
            time.sleep(0.005)


if __name__ == "__main__":
    project = Project.of(sys.argv[1], sys.argv[3:])
    assert ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    assert main([*project.arguments, "-q"]) == 0
    points = list(project.kill_all(int(sys.argv[2])))
    sys.stdout.write(json.dumps([attrs.asdict(point) for point in points]))
