"""The log of a project's last build: gathered while it runs, kept in the cache."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from attrs import define, field

from oxidize import __version__
from oxidize.cli.action_ids import ActionIds
from oxidize.cli.outcome import outcome_of
from oxidize.cli.scope import Scope, log_path
from oxidize.errors import ActionError, Diagnostic, OxidizeError
from oxidize.executor.events import (
    ActionFailed,
    ActionFinished,
    ActionPostponed,
    ActionStarted,
    BuildFinished,
    BuildStarted,
    BuildUnchanged,
    Event,
)
from oxidize.executor.plan import Plan
from oxidize.executor.sealed import read_sealed, write_sealed
from oxidize.executor.why import Why

FORMAT = 1


@define
class _Row:
    """An action that started, or failed; times are in seconds."""

    mnemonic: str
    label: str
    start: float
    seconds: float = 0.0
    how: str = "stopped"
    why: Why | None = None
    warnings: tuple[str, ...] = ()
    error: OxidizeError | None = None

    def end(self, how: str, now: float) -> None:
        """It ended now, like that."""
        self.how, self.seconds = how, now - self.start


@define
class BuildLog:
    """Gathers what happens; on leaving the context, replaces the log of the project."""

    scope: Scope
    clock: Callable[[], float] = time.monotonic
    _began: float = 0.0
    _ids: ActionIds = field(factory=ActionIds)
    _plan: Plan | None = None
    _rows: dict[int, _Row] = field(factory=dict)
    _cached: set[int] = field(factory=set)
    _unchanged: int = 0
    _failed: bool = False

    def __enter__(self) -> BuildLog:
        self._began = self.clock()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        now = self._now()
        for row in self._rows.values():
            if row.how == "stopped":
                row.end("stopped", now)
        document = self._document(error, now)
        # Without a log, a build is as good.
        with contextlib.suppress(OSError):
            write_sealed(log_path(self.scope.folder), json.dumps(document).encode())

    def __call__(self, event: Event) -> None:
        """Keeps what is told of later."""
        if isinstance(event, ActionFinished):
            self._finished(event)
        elif isinstance(event, BuildStarted):
            self._plan = event.plan
            self._ids.begin(event.plan)
        elif isinstance(event, ActionStarted):
            row = _Row(event.mnemonic, event.label, self._now(), why=event.why)
            self._rows[self._ids.of(event.number)] = row
        elif isinstance(event, ActionPostponed):
            self._rows.pop(self._ids.of(event.number), None)
        elif isinstance(event, ActionFailed):
            new = _Row(event.mnemonic, event.label, self._now())
            row = self._rows.setdefault(self._ids.of(event.number), new)
            row.error = event.error
            row.end("failed", self._now())
        elif isinstance(event, BuildUnchanged):
            self._unchanged = event.actions
        elif isinstance(event, BuildFinished):
            self._failed = self._failed or event.failed > 0

    def _finished(self, event: ActionFinished) -> None:
        id_ = self._ids.of(event.number)
        row = self._rows.get(id_)
        if row is None:
            self._cached.add(id_)
        elif row.how == "stopped":
            row.warnings = event.warnings
            row.end(event.how, self._now())

    def _now(self) -> float:
        return self.clock() - self._began

    def _document(self, error: BaseException | None, now: float) -> dict[str, Any]:
        ended = [row.how for row in self._rows.values()]
        return {
            "format": FORMAT,
            "oxidize": __version__,
            "began": round(time.time() - now, 3),
            "seconds": round(now, 3),
            "verb": self.scope.verb,
            "folder": str(self.scope.folder),
            "targets": list(self.scope.targets),
            "triple": self.scope.triple,
            "flavour": self.scope.flavour,
            "outcome": outcome_of(error, failed=self._failed),
            "error": _told(error),
            "ran": ended.count("ran"),
            "cached": self._unchanged + len(self._cached) + ended.count("cached"),
            "failed": ended.count("failed"),
            "actions": [_fields(id_, row) for id_, row in self._rows.items()],
            "critical_path": self._critical_path(),
        }

    def _critical_path(self) -> list[int]:
        """Of all chains of actions that wait for each other, that which took longest."""
        if self._plan is None or not self._rows:
            return []
        total: dict[int, float] = {}
        before: dict[int, int | None] = {}
        for action in self._plan.actions:
            id_ = self._ids.id(action)
            needed = [self._ids.id(each) for each in self._plan.needs[action]]
            before[id_] = max(needed, key=total.__getitem__) if needed else None
            row = self._rows.get(id_)
            total[id_] = max(map(total.__getitem__, needed), default=0.0)
            total[id_] += row.seconds if row else 0.0
        at: int | None = max(total, key=total.__getitem__, default=None)
        path: list[int] = []
        while at is not None:
            path.append(at)
            at = before[at]
        return [id_ for id_ in reversed(path) if id_ in self._rows]


def read_log(folder: Path) -> Mapping[str, Any] | None:
    """The log of the last build of a project, if there was one that this oxidize understands."""
    payload = read_sealed(log_path(folder))
    log: Mapping[str, Any] = json.loads(payload) if payload else {}
    return log if log.get("format") == FORMAT else None


def _fields(id_: int, row: _Row) -> dict[str, object]:
    from oxidize.cli.reasons import as_data
    from oxidize.redaction import all_without_credentials, without_credentials

    error = row.error
    output = without_credentials(error.output) if isinstance(error, ActionError) else ""
    return {
        "id": id_,
        "mnemonic": row.mnemonic,
        "label": without_credentials(row.label),
        "how": row.how,
        "start": round(row.start, 3),
        "seconds": round(row.seconds, 3),
        "why": as_data(row.why) if row.why else None,
        "warnings": all_without_credentials(row.warnings),
        "error": _diagnostic(error.diagnostic) if error else None,
        "output": output,
    }


def _told(error: BaseException | None) -> object:
    return _diagnostic(error.diagnostic) if isinstance(error, OxidizeError) else None


def _diagnostic(diagnostic: Diagnostic) -> dict[str, object]:
    """With `text`, which shows the source as it was."""
    from oxidize.cli.render import as_fields, render_text

    fields = as_fields(diagnostic)
    assert isinstance(fields, dict)
    return {**fields, "text": render_text(diagnostic, color=False).rstrip("\n")}
