"""Culprits: the actions that made two builds of the same sources differ, by their entries alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import field, frozen

from oxidize.executor.cache import ActionCache, Built, Entry
from oxidize.executor.store import Store
from oxidize.graph.digest import Digest
from oxidize.graph.tree import TreeEntry
from oxidize.resources.differences import differences


@frozen
class Finished:
    """A build that had a store of its own, with nothing else in it."""

    store: Store
    entries: Mapping[str, Entry]

    @classmethod
    def of(cls, folder: Path) -> Finished:
        """The one whose store that folder is."""
        return cls(Store(folder), dict(ActionCache(folder / "actions").entries()))

    def content(self, digest: Digest) -> bytes:
        """A file's bytes. Raises Lost."""
        return self.store.checked(digest).read_bytes()

    def files(self, built: Built) -> dict[str, TreeEntry]:
        """The files of a tree by path. Raises Lost."""
        return {entry.path: entry for entry in self.store.tree(built.digest).entries}


@frozen
class Culprit:
    """An action that is to blame itself, not for what earlier ones handed to it.

    `outputs`: it ran with the same inputs and gave other bytes: output -> what in it differs.
    `parts`: it was asked for differently: part of its key -> both values, "" for none.
    """

    mnemonic: str
    label: str
    outputs: Mapping[str, list[str]] = field(factory=dict)
    parts: Mapping[str, tuple[str, str]] = field(factory=dict)


def culprits(one: Finished, two: Finished) -> list[Culprit]:
    """Those of two builds, by label. Raises Lost."""
    found = [*_irreproducible(one, two), *_asked_differently(one, two)]
    return sorted(found, key=lambda each: (each.label, each.mnemonic))


def _irreproducible(one: Finished, two: Finished) -> Iterator[Culprit]:
    """Actions whose keys are equal, and so all that went in, but whose outputs aren't."""
    for key in one.entries.keys() & two.entries.keys():
        first, second = one.entries[key], two.entries[key]
        outputs = {
            name: _inside(one, built, two, second.outputs[name])
            for name, built in first.outputs.items()
            if built != second.outputs[name]
        }
        if outputs:
            yield Culprit(_mnemonic(first), first.label, outputs=outputs)


def _inside(one: Finished, first: Built, two: Finished, second: Built) -> list[str]:
    if first.form == "file":
        return differences(one.content(first.digest), two.content(second.digest))
    before, after = one.files(first), two.files(second)
    found = []
    for path in sorted(before.keys() | after.keys()):
        was, now = before.get(path), after.get(path)
        if was == now:
            continue
        inside = []
        if was and now and was.digest != now.digest:
            inside = differences(one.content(was.digest), two.content(now.digest))
        found += [f"{path}: {each}" for each in inside] or [path]
    return found


def _asked_differently(one: Finished, two: Finished) -> Iterator[Culprit]:
    """Actions of one name whose keys differ in more than what other actions made."""
    made = {str(b.digest) for build in (one, two) for b in _outputs(build)}
    others = _by_name(two, one)
    for name, entries in _by_name(one, two).items():
        for first, second in zip(entries, others.get(name, ()), strict=False):
            parts = _different_parts(first, second, made)
            if parts:
                yield Culprit(*name, parts=parts)


def _outputs(build: Finished) -> Iterator[Built]:
    for entry in build.entries.values():
        yield from entry.outputs.values()


def _by_name(build: Finished, other: Finished) -> Mapping[tuple[str, str], list[Entry]]:
    """The entries that the other build doesn't have."""
    found = defaultdict(list)
    for key, entry in build.entries.items():
        if key not in other.entries:
            found[_mnemonic(entry), entry.label].append(entry)
    return {
        name: sorted(entries, key=lambda each: sorted(each.parts.items()))
        for name, entries in found.items()
    }


def _different_parts(first: Entry, second: Entry, made: set[str]) -> dict[str, tuple[str, str]]:
    pairs = {
        name: (first.parts.get(name, ""), second.parts.get(name, ""))
        for name in sorted(first.parts.keys() | second.parts.keys())
    }
    return {
        name: (was, now)
        for name, (was, now) in pairs.items()
        if was != now and not made.issuperset({was, now} - {""})
    }


def _mnemonic(entry: Entry) -> str:
    return entry.parts.get("action", "").partition("/")[0]
