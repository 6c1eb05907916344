"""The `oxidize` command, signalling itself: `python -m tests.executor.killing POINT SIGNAL ARGS`.

POINT is KIND/UNIT:N, inside an action of that kind: right before the N-th `change` of something on
the disk, N-th `command` or N-th `line` of oxidize's own code; or after N `seconds` in which
commands ran. With `-` for the kind, it is between actions. Without that point, it exits as the
command does. Meant for -j1: one action at a time.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any, Literal, cast, get_args

from attrs import define, evolve, field, frozen

import oxidize
from oxidize.cli.main import main
from oxidize.executor.cache import Entry
from oxidize.executor.children import Children
from oxidize.executor.runner import How, Runner
from oxidize.executor.step import Step

Unit = Literal["change", "command", "line", "seconds"]

BETWEEN = "-"
# Audit events, which Python raises before it does what they say.
COMMAND = "subprocess.Popen"
CHANGES = {
    "os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink",
    "os.truncate", "os.utime", "fcntl.flock", COMMAND,
}  # fmt: skip
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
OWN = str(Path(oxidize.__file__).parent)


@frozen
class Point:
    """Where in the actions of a kind; `at` counts from 1."""

    kind: str
    unit: Unit
    at: float

    @classmethod
    def parse(cls, text: str) -> Point:
        """Of the form above."""
        place, _, at = text.partition(":")
        kind, _, unit = place.partition("/")
        assert unit in get_args(Unit), unit
        return cls(kind, cast("Unit", unit), float(at))

    def earlier(self) -> Point:
        """One that is."""
        assert self.at > 0
        return evolve(self, at=self.at * 0.8 if self.unit == "seconds" else self.at - 1)


@define
class Watch:
    """Follows the actions of this process from the lock of each to its end; `seen` is how far those
    of a kind have come, in all units. Gives the signal at the point."""

    kind: str
    point: Point | None = None
    signal: signal.Signals = signal.SIGKILL
    seen: Counter[Unit] = field(factory=Counter)
    seconds: float = 0.0
    _now: str = BETWEEN

    def begin(self) -> None:
        """Starts to watch, for as long as the process lives."""
        run, command, watch = Runner.run, Children.run, self

        def watched(runner: Runner, step: Step) -> tuple[How, Entry]:
            watch._now = step.kind.mnemonic
            if watch.kind == watch._now and (not watch.point or watch.point.unit == "line"):
                sys.settrace(watch.trace)
            try:
                return run(runner, step)
            finally:
                sys.settrace(None)
                watch._now = BETWEEN

        def timed(children: Children, *words: Any) -> subprocess.CompletedProcess[bytes]:
            with watch.timing():
                return command(children, *words)

        Runner.run = watched  # type: ignore[method-assign, assignment]
        Children.run = timed  # type: ignore[method-assign, assignment]
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """An audit hook."""
        if self._now == self.kind and changes(event, arguments):
            self.count("change")
            if event == COMMAND:
                self.count("command")

    def trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        """A trace function: of lines of oxidize's own code."""
        if not frame.f_code.co_filename.startswith(OWN):
            return None
        if event == "line":
            self.count("line")
        return self.trace

    def timing(self) -> Timing:
        """A context in which a command runs."""
        return Timing(self, self._now == self.kind)

    def count(self, unit: Unit) -> None:
        """One more of them is about to be."""
        self.seen[unit] += 1
        point = self.point
        if point and point.unit == unit and point.at == self.seen[unit]:
            self.fire()

    def fire(self) -> None:
        """Gives the signal."""
        os.kill(os.getpid(), self.signal)


@define
class Timing:
    """Counts the seconds of a command, if it is of the kind that is watched."""

    watch: Watch
    counts: bool
    _began: float = 0.0
    _timer: threading.Timer | None = None

    def __enter__(self) -> None:
        self._began = time.monotonic()
        point = self.watch.point
        if self.counts and point and point.unit == "seconds":
            self._timer = threading.Timer(point.at - self.watch.seconds, self.watch.fire)
            self._timer.start()

    def __exit__(self, *_error: object) -> None:
        if self._timer:
            self._timer.cancel()
        if self.counts:
            self.watch.seconds += time.monotonic() - self._began


def changes(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether the disk won't be the same after it, or a command is started."""
    if event == "open":
        flags = arguments[2]
        return isinstance(flags, int) and bool(flags & WRITES)
    return event in CHANGES


if __name__ == "__main__":
    point = Point.parse(sys.argv[1])
    Watch(point.kind, point, signal.Signals[sys.argv[2]]).begin()
    os._exit(main(sys.argv[3:]))
