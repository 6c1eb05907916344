"""The failures of a build: a problem is told once, however many actions have it."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from oxidize.errors import ActionError


def each_once(failures: Iterable[ActionError]) -> tuple[ActionError, ...]:
    """One error for each problem; it names the other calls that have it."""
    found: dict[object, list[ActionError]] = {}
    for error in failures:
        told = error.diagnostic
        # The notes on a command name its scratch folder, which tells no problems apart.
        key = (told.code, told.message, error.output or told.notes)
        found.setdefault(key, []).append(error)
    return tuple(_merged(*same) for same in found.values())


def _merged(first: ActionError, *others: ActionError) -> ActionError:
    spans = dict.fromkeys(each.diagnostic.span for each in (first, *others))
    notes = (f"the same in {s.file}, line {s.line}" for s in list(spans)[1:] if s)
    first.diagnostic = evolve(first.diagnostic, notes=(*first.diagnostic.notes, *notes))
    return first
