"""Why an action runs: what differs between its key and that of the same action's last run."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from attrs import frozen

from oxidize.executor.blame import name_of
from oxidize.executor.cache import ActionCache
from oxidize.executor.inputs import FOUND, Given
from oxidize.executor.journal import Journal
from oxidize.executor.sources import SeenFile, SeenTree
from oxidize.executor.step import Step
from oxidize.executor.store import Lost, Store
from oxidize.graph.action import Output
from oxidize.graph.digest import Digest
from oxidize.graph.key import canonical
from oxidize.graph.tree import Tree


@frozen
class FileChange:
    """One file of a tree; `changed` is said of its content and of its executable bit."""

    path: str
    how: Literal["added", "removed", "changed"]


@frozen
class Change:
    """One part of a key that differs; None stands for a part that isn't there.

    Values are as in the key. `name` is of an input: its path, or the label of what made it; empty
    for one that is gone. `files` are those of a tree, where both listings are known.
    """

    part: str
    old: str | None
    new: str | None
    name: str = ""
    files: tuple[FileChange, ...] = ()


@frozen
class Why:
    """`gone`: the same key, but no result; `forgotten`: another key, of which nothing is known."""

    kind: Literal["new", "changed", "gone", "forgotten"]
    changes: tuple[Change, ...] = ()


class Explainer:
    """Explains steps by the journal of earlier builds and what the cache keeps of their keys."""

    def __init__(self, store: Store, cache: ActionCache, journal: Journal) -> None:
        self._store = store
        self._cache = cache
        self._journal = journal

    def why(self, number: int, step: Step) -> Why:
        """Why that step, which isn't cached, runs; `number` is its action's in the plan."""
        old = self._journal.key_of(number)
        if step.key == old or self._cache.get(step.key):
            return Why("gone")
        if old is None:
            return Why("new")
        entry = self._cache.get(old)
        if entry is None:
            return Why("forgotten")
        return Why("changed", tuple(self._changes(entry.parts, step)))

    def _changes(self, old: Mapping[str, str], step: Step) -> Iterator[Change]:
        new = step.parts()
        names = [name for name in {**new, **old} if not name.startswith("input ")]
        for name in names:
            if old.get(name) != new.get(name):
                yield from _value_changes(name, old.get(name), new.get(name))
        before = _inputs(old)
        for role in {**before, **step.roles}:
            yield from self._input_changes(step, role, before.get(role, []))

    def _input_changes(self, step: Step, role: str, before: Sequence[str]) -> Iterator[Change]:
        """Inputs of one role; those that came and those that went are the same ones in order."""
        given = step.roles.get(role, ())
        now = [str(one.digest) for one in given]
        part = f"input {role.removeprefix(FOUND)}"
        went = list((Counter(before) - Counter(now)).elements())
        came = list((Counter(now) - Counter(before)).elements())
        for number, digest in enumerate(came):
            at = now.index(digest)
            old = went[number] if number < len(went) else None
            files = self._file_changes(old, given[at]) if old else ()
            yield Change(part, old, digest, _name(step, role, at), files)
        for digest in went[len(came) :]:
            yield Change(part, digest, None)
        if not came and not went and now != list(before):
            yield Change(part, " ".join(before), " ".join(now))

    def _file_changes(self, old: str, new: Given) -> tuple[FileChange, ...]:
        if isinstance(new, SeenFile) or not (isinstance(new, SeenTree) or new.form == "tree"):
            return ()
        # What isn't known, or isn't a tree, is told by its digest alone.
        with contextlib.suppress(Lost, ValueError, OSError):
            tree = new.tree() if isinstance(new, SeenTree) else self._store.tree(new.digest)
            return tuple(_tree_changes(self._store.tree(Digest.parse(old)), tree))
        return ()


def _inputs(parts: Mapping[str, str]) -> dict[str, list[str]]:
    """The digests of each role, as `write_key` names them."""
    found: dict[str, list[str]] = {}
    for name, value in parts.items():
        if name.startswith("input "):
            found.setdefault(name.removeprefix("input ").rpartition("[")[0], []).append(value)
    return found


def _name(step: Step, role: str, number: int) -> str:
    given = step.roles[role][number]
    if isinstance(given, SeenFile):
        return str(given.path)
    if isinstance(given, SeenTree):
        return given.source.path
    artifact = step.action.inputs[role][number]
    return name_of(artifact.action) if isinstance(artifact, Output) else ""


def _value_changes(part: str, old: str | None, new: str | None) -> Iterator[Change]:
    """Of parameters that are dictionaries, only what differs in them."""
    if part.startswith("param ") and old and new:
        before, now = json.loads(old), json.loads(new)
        if isinstance(before, dict) and isinstance(now, dict):
            for key in sorted({**before, **now}):
                if before.get(key) != now.get(key) or (key in before) != (key in now):
                    yield from _value_changes(f"{part}.{key}", _text(before, key), _text(now, key))
            return
    yield Change(part, old, new)


def _text(values: Mapping[str, Any], key: str) -> str | None:
    return canonical(values[key]) if key in values else None


def _tree_changes(old: Tree, new: Tree) -> Iterator[FileChange]:
    before = {entry.path: entry for entry in old.entries}
    now = {entry.path: entry for entry in new.entries}
    for path in sorted(before.keys() | now.keys()):
        if path not in before:
            yield FileChange(path, "added")
        elif path not in now:
            yield FileChange(path, "removed")
        elif before[path] != now[path]:
            yield FileChange(path, "changed")
