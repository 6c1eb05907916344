"""Reasons: why an action runs, in lines for people and as data for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from attrs import asdict

from oxidize.cli.console import Console
from oxidize.cli.places import from_here
from oxidize.executor.events import ActionStarted, Event
from oxidize.executor.why import Change, FileChange, Why
from oxidize.redaction import all_without_credentials, without_credentials

_KINDS = {
    "new": "new",
    "gone": "its result is gone from the cache",
    "forgotten": "it changed; what it was before is gone from the cache",
}
# So many files of a tree, and so many characters of a value, are shown.
_FILES = 5
_WIDTH = 50


class ExplainingProgress:
    """Says of each action that starts why it does."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> ExplainingProgress:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing is left to say."""

    def __call__(self, event: Event) -> None:
        """Hears of what starts."""
        if isinstance(event, ActionStarted) and event.why:
            fields = {"event": "why", "label": event.label, "mnemonic": event.mnemonic}
            text = "\n".join(reason(f"run {event.label}", event.why))
            self._console.tell(text, **fields, why=as_data(event.why))


def as_data(why: Why) -> object:
    """What JSON can hold, as docs/events.md describes it."""
    return all_without_credentials(asdict(why))


def reason(what: str, why: Why) -> Iterator[str]:
    """Lines that say why `what` happens."""
    if why.kind != "changed":
        yield f"{what}: {_KINDS[why.kind]}"
        return
    yield f"{what}:"
    yield from (f"  {without_credentials(_change(change))}" for change in why.changes)


def _change(change: Change) -> str:
    if change.part.startswith("input "):
        name = f" ({from_here(change.name)})" if change.name else ""
        return f"{change.part}{name}: {_input(change)}"
    old, new = values(change.old, change.new)
    return f"{change.part}: {old} -> {new}"


def _input(change: Change) -> str:
    if change.old is None:
        return "added"
    if change.new is None:
        return "removed"
    if not change.name:
        return "in another order"
    return _files(change.files) or "changed"


def _files(files: Sequence[FileChange]) -> str:
    shown = [f"{file.how} {file.path}" for file in files[:_FILES]]
    if len(files) > _FILES:
        shown.append(f"{len(files) - _FILES} more")
    return ", ".join(shown)


def values(old: str | None, new: str | None) -> tuple[str, str]:
    """Both values, of which only the surroundings of the first difference if they are long."""
    if old is None or new is None:
        return _cut(old, 0), _cut(new, 0)
    if (lists := _lists(old, new)) is not None:
        old, new = lists
    same = next(
        (at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
        min(len(old), len(new)),
    )
    start = max(0, same - _WIDTH // 3) if max(len(old), len(new)) > _WIDTH else 0
    return _cut(old, start), _cut(new, start)


def _lists(old: str, new: str) -> tuple[str, str] | None:
    """Of two lists, what only one of them has, if that tells them apart."""
    if not (old.startswith("[") and new.startswith("[")):
        return None
    before, now = json.loads(old), json.loads(new)
    went = [each for each in before if each not in now]
    came = [each for each in now if each not in before]
    if not went and not came:
        return None
    return json.dumps(went), json.dumps(came)


def _cut(value: str | None, start: int) -> str:
    if value is None:
        return "(nothing)"
    end = start + _WIDTH
    return f"{'…' if start else ''}{value[start:end]}{'…' if end < len(value) else ''}"
