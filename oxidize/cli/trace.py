"""The profile: what ran when, in Chrome's trace format, for ui.perfetto.dev and chrome://tracing."""

from __future__ import annotations

import heapq
import json
import time
from itertools import count
from pathlib import Path

from oxidize.cli.action_ids import ActionIds
from oxidize.cli.console import Console
from oxidize.cli.phases import Phases
from oxidize.executor.events import (
    ActionFailed,
    ActionFinished,
    ActionPostponed,
    ActionStarted,
    BuildFinished,
    BuildStarted,
    Event,
)
from oxidize.executor.files import write_atomically
from oxidize.redaction import without_credentials

# Lane 0 is that of the builds themselves, and of what the command did before.
_BUILDS = 0


class Trace:
    """A span for each phase, and for each action that started, in the lane of its worker; written
    at the end.

    A worker has one action at a time, so the lowest free lane is as good as a worker's number.
    """

    def __init__(self, path: Path, console: Console, phases: Phases) -> None:
        self._path = path
        self._console = console
        self._phases = phases
        self._began = 0.0
        self._ids = ActionIds()
        self._build_began = 0
        self._spans: list[dict[str, object]] = []
        self._free: list[int] = []
        self._lanes = count(_BUILDS + 1)
        self._running: dict[int, tuple[int, int, ActionStarted]] = {}

    def __enter__(self) -> Trace:
        begins = (began for _, began, _ in self._phases.done)
        self._began = min(begins, default=time.monotonic())
        for name, began, ended in self._phases.done:
            self._span(name, "phase", _BUILDS, self._at(began), {}, until=self._at(ended))
        return self

    def __exit__(self, *_error: object) -> None:
        for number in list(self._running):
            self._end(number, "stopped")
        try:
            write_atomically(self._path, json.dumps(self._document()).encode())
        except OSError as error:
            text = f"the profile can't be written: {error.strerror or error}"
            self._console.warn(text, f"--profile {self._path}")

    def __call__(self, event: Event) -> None:
        """Takes the time of what starts and ends."""
        if isinstance(event, BuildStarted):
            self._ids.begin(event.plan)
            self._build_began = self._now()
        elif isinstance(event, ActionStarted):
            lane = heapq.heappop(self._free) if self._free else next(self._lanes)
            self._running[event.number] = (lane, self._now(), event)
        elif isinstance(event, ActionFinished):
            self._end(event.number, event.how)
        elif isinstance(event, ActionFailed):
            self._end(event.number, "failed")
        elif isinstance(event, ActionPostponed):
            self._end(event.number, "postponed")
        elif isinstance(event, BuildFinished):
            about = {"ran": event.ran, "cached": event.cached, "failed": event.failed}
            self._span("build", "build", _BUILDS, self._build_began, about)

    def _end(self, number: int, how: str) -> None:
        """Ends an action's span, if it has one: cached ones don't."""
        if number not in self._running:
            return
        lane, since, started = self._running.pop(number)
        heapq.heappush(self._free, lane)
        about = {"id": self._ids.of(number), "mnemonic": started.mnemonic, "how": how}
        self._span(without_credentials(started.label), started.mnemonic, lane, since, about)

    def _span(
        self,
        name: str,
        kind: str,
        lane: int,
        since: int,
        about: object,
        *,
        until: int | None = None,
    ) -> None:
        times = {"ts": since, "dur": (self._now() if until is None else until) - since}
        where = {"ph": "X", "pid": 1, "tid": lane}
        self._spans.append({"name": name, "cat": kind, **where, **times, "args": about})

    def _now(self) -> int:
        return self._at(time.monotonic())

    def _at(self, moment: float) -> int:
        """Microseconds since the start."""
        return int((moment - self._began) * 1_000_000)

    def _document(self) -> dict[str, object]:
        names = {_BUILDS: "builds"}
        names |= {lane: f"worker {lane}" for lane in range(1, next(self._lanes))}
        told = [_name("process_name", 0, "oxidize")]
        told += [_name("thread_name", lane, name) for lane, name in names.items()]
        return {"displayTimeUnit": "ms", "traceEvents": [*told, *self._spans]}


def _name(what: str, lane: int, name: str) -> dict[str, object]:
    return {"name": what, "ph": "M", "pid": 1, "tid": lane, "args": {"name": name}}
