"""Warnings of actions: gathered during a build and told at its end, each once."""

from __future__ import annotations

from attrs import define, field

from oxidize.cli.console import Console
from oxidize.executor.events import ActionFinished, Event


@define
class Warnings:
    """Keeps what events bring; they are told in the order of the graph, not of time."""

    _found: dict[str, tuple[int, str]] = field(factory=dict)

    def hear(self, event: Event) -> None:
        """Takes an event's warnings, if it has some."""
        if isinstance(event, ActionFinished):
            for text in event.warnings:
                self._found.setdefault(text, (event.number, event.label))

    def tell(self, console: Console, level: int = 0) -> None:
        """Tells them, from that verbosity on."""
        for text, (_, label) in sorted(self._found.items(), key=lambda item: item[1][0]):
            console.warn(text, label, level)
        self._found.clear()
