"""The live line: what runs now, redrawn in place; gone when the build ends."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console as RichConsole
from rich.live import Live
from rich.text import Text

from oxidize.cli.amounts import size_text
from oxidize.cli.console import Console
from oxidize.cli.progress import describe
from oxidize.executor.events import (
    ActionFailed,
    ActionFinished,
    ActionPostponed,
    ActionStarted,
    BuildStarted,
    Event,
)


class LiveProgress:
    """What the console says meanwhile is printed above it; rich keeps the two apart."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._total = 0
        self._done = 0
        self._running: dict[int, tuple[ActionStarted, float]] = {}
        self._rich = RichConsole(
            file=console.stderr, force_terminal=True, no_color=not console.color, highlight=False
        )
        self._live = Live(
            get_renderable=self._line, console=self._rich, transient=True, refresh_per_second=8
        )

    def __enter__(self) -> LiveProgress:
        self._live.start(refresh=True)
        self._console.above = self._print
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._console.above = None
        self._live.stop()

    def __call__(self, event: Event) -> None:
        """Keeps count of what runs."""
        if isinstance(event, BuildStarted):
            self._total, self._done = event.actions, 0
        elif isinstance(event, ActionStarted):
            self._running[event.number] = (event, time.monotonic())
        elif isinstance(event, ActionPostponed):
            self._running.pop(event.number, None)
        elif isinstance(event, ActionFinished | ActionFailed):
            self._running.pop(event.number, None)
            self._done += 1
            if isinstance(event, ActionFinished):
                self._tell(event)

    def _tell(self, event: ActionFinished) -> None:
        text, level = describe(event)
        # What ran is seen while it runs; -v lets it stay.
        self._console.say(f"[{self._done}/{self._total}] {text}", level + 1)

    def _print(self, text: str) -> None:
        self._rich.print(Text.from_ansi(text), soft_wrap=True)

    def _line(self) -> Text:
        now = time.monotonic()
        running = [_shown(event, now - since) for event, since in list(self._running.values())]
        line = Text(f"[{self._done}/{self._total}] ", style="bold")
        line.append(", ".join(running), style="not bold")
        line.no_wrap = True
        line.overflow = "ellipsis"
        return line


def _shown(event: ActionStarted, seconds: float) -> str:
    """What a running action is called, how far it is, and for how long it has been running."""
    report = event.report
    if report is None or not report.done:
        return f"{event.label} {seconds:.1f} s"
    total = f" of {size_text(report.total)}" if report.total else ""
    return f"{event.label} {size_text(report.done)}{total} {seconds:.1f} s"
