"""Progress: shows events as plain lines, or on a terminal as one live line."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol

from oxidize.cli.console import Console
from oxidize.cli.warnings import Warnings
from oxidize.executor.events import ActionFinished, ActionStarted, BuildStarted, Event


class Progress(Protocol):
    """Receives events; a context, since a live line must be taken away whatever happens."""

    def __call__(self, event: Event) -> None:
        """One event."""

    def __enter__(self) -> Progress: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class PlainProgress:
    """A line for each action that ran, as it ends; with -v also for cached ones."""

    def __init__(self, console: Console, *, level: int = 0) -> None:
        self._console = console
        self._level = level
        self._total = 0
        self._done = 0
        self._warnings = Warnings()

    def __enter__(self) -> PlainProgress:
        return self

    def __exit__(self, *_error: object) -> None:
        self._warnings.tell(self._console, self._level)

    def __call__(self, event: Event) -> None:
        """Counts, and tells what ended."""
        self._warnings.hear(event)
        if isinstance(event, BuildStarted):
            self._total = event.actions
            self._done = 0
        elif isinstance(event, ActionFinished):
            self._done += 1
            text, level = describe(event)
            self._console.say(f"[{self._done}/{self._total}] {text}", self._level + level)


def describe(event: ActionFinished) -> tuple[str, int]:
    """What to tell about an action that ended, and from which verbosity on."""
    if event.how == "cached":
        return f"{event.label} (cached)", 1
    return f"{event.label} ({event.seconds:.1f} s)", 0


class LazyProgress:
    """Nothing, until an action starts: an unchanged build needn't load what draws."""

    def __init__(self, console: Console, *, level: int = 0) -> None:
        self._console = console
        self._level = level
        self._warnings = Warnings()
        self._early: list[Event] = []
        self._real: Progress | None = None

    def __enter__(self) -> LazyProgress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._real:
            self._real.__exit__(kind, error, trace)
        self._warnings.tell(self._console, self._level)

    def __call__(self, event: Event) -> None:
        """Passes on, from the first action that starts."""
        self._warnings.hear(event)
        if self._real is None:
            self._early.append(event)
            if isinstance(event, ActionStarted):
                self._real = self._start()
            return
        self._real(event)

    def _start(self) -> Progress:
        from oxidize.cli.live import LiveProgress

        real = LiveProgress(self._console)
        for earlier in self._early:
            real(earlier)
        self._early.clear()
        return real.__enter__()


def progress_for(console: Console, *, quiet: bool = False) -> Progress:
    """The kind of progress that suits the console; `quiet` leaves only a live line.

    Leaving its context tells the build's warnings.
    """
    level = 1 if quiet else 0
    return (
        LazyProgress(console, level=level) if console.live else PlainProgress(console, level=level)
    )
