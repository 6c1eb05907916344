"""The lines of events: what happens during a build, as docs/events.md describes it."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TextIO

from attrs import asdict

from oxidize import __version__
from oxidize.cli.action_ids import ActionIds
from oxidize.cli.console import Console
from oxidize.cli.outcome import outcome_of
from oxidize.cli.reasons import as_data
from oxidize.cli.render import as_fields
from oxidize.cli.scope import Scope
from oxidize.errors import ActionError, OxidizeError
from oxidize.executor.events import (
    ActionFailed,
    ActionFinished,
    ActionPostponed,
    ActionStarted,
    BuildFinished,
    BuildStarted,
    Event,
)
from oxidize.executor.problems import disk_errors
from oxidize.redaction import all_without_credentials

FORMAT = 1
STDOUT = "-"


class EventLines:
    """Writes to a file, or to stdout. Raises EnvironmentProblem if the file can't be made.

    Failures later on end the lines, with a warning, and not the build.
    """

    def __init__(self, place: str, scope: Scope, jobs: int, console: Console) -> None:
        self._place = place
        self._scope = scope
        self._jobs = jobs
        self._console = console
        self._file: TextIO | None = console.stdout
        self._began = time.monotonic()
        self._ids = ActionIds()
        self._failed = False

    def __enter__(self) -> EventLines:
        if self._place != STDOUT:
            with disk_errors(self._place, cache=False):
                self._file = Path(self._place).open("w", encoding="utf-8", newline="\n")
        self._began = time.monotonic()
        self._write(
            "started",
            format=FORMAT,
            oxidize=__version__,
            began=round(time.time(), 3),
            verb=self._scope.verb,
            folder=str(self._scope.folder),
            targets=self._scope.targets,
            triple=self._scope.triple,
            flavour=self._scope.flavour,
            jobs=self._jobs,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        outcome = outcome_of(error, failed=self._failed)
        fields: dict[str, object] = {"outcome": outcome}
        if outcome == "error":
            fields["error"] = (
                as_fields(error.diagnostic) if isinstance(error, OxidizeError) else None
            )
        self._write("finished", **fields)
        self._close()

    def __call__(self, event: Event) -> None:
        """Writes one event."""
        if isinstance(event, BuildStarted):
            self._build_started(event)
        elif isinstance(event, ActionStarted):
            why = as_data(event.why) if event.why else None
            self._write("action-started", id=self._ids.of(event.number), why=why)
        elif isinstance(event, ActionPostponed):
            self._write("action-postponed", id=self._ids.of(event.number))
        elif isinstance(event, ActionFinished):
            self._action_finished(event)
        elif isinstance(event, ActionFailed):
            self._action_failed(event)
        elif isinstance(event, BuildFinished):
            self._failed = self._failed or event.failed > 0
            self._write("build-finished", **asdict(event) | {"seconds": round(event.seconds, 6)})

    def _build_started(self, event: BuildStarted) -> None:
        self._write("build-started", actions=event.actions)
        for action in self._ids.begin(event.plan):
            assert event.plan
            self._write(
                "action",
                id=self._ids.id(action),
                mnemonic=action.mnemonic,
                label=action.label or action.mnemonic,
                parents=[self._ids.id(each) for each in event.plan.needs[action]],
            )

    def _action_finished(self, event: ActionFinished) -> None:
        outputs = {
            name: {"digest": str(built.digest), "form": built.form, "executable": built.executable}
            for name, built in event.outputs.items()
        }
        self._write(
            "action-finished",
            id=self._ids.of(event.number),
            how=event.how,
            seconds=round(event.seconds, 6),
            key=event.key,
            outputs=outputs,
            warnings=event.warnings,
        )

    def _action_failed(self, event: ActionFailed) -> None:
        self._write(
            "action-failed",
            id=self._ids.of(event.number),
            error=as_fields(event.error.diagnostic),
            output=event.error.output if isinstance(event.error, ActionError) else "",
        )

    def _close(self) -> None:
        if self._file and self._file is not self._console.stdout:
            with suppress(OSError):  # of what couldn't be written
                self._file.close()
        self._file = None

    def _write(self, name: str, **fields: object) -> None:
        if self._file is None:
            return
        row = {"event": name, "time": round(time.monotonic() - self._began, 6), **fields}
        try:
            self._file.write(f"{json.dumps(all_without_credentials(row))}\n")
            self._file.flush()
        except OSError as error:
            self._close()
            text = f"no more events can be written: {error.strerror or error}"
            self._console.warn(text, f"--events {self._place}")
