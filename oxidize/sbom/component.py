"""The component of a bill of materials: a CPython, a library or a package that a program holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from attrs import asdict, evolve, frozen

Kind = Literal["interpreter", "library", "package"]


@frozen
class Component:
    """What isn't known is empty. `ref` is its name in the bill; `needs` are the refs of others.

    `file` and `sha256` are of what was used: a wheel, a source archive, a shared library.
    """

    ref: str
    kind: Kind
    name: str
    version: str = ""
    licence: str = ""
    """What it says of itself, best an SPDX expression."""
    purl: str = ""
    cpe: str = ""
    file: str = ""
    sha256: str = ""
    needs: Sequence[str] = ()


def dump(components: Iterable[Component]) -> str:
    """As JSON, for other actions."""
    return json.dumps([asdict(each) for each in components], indent=1, sort_keys=True) + "\n"


def load(text: str) -> tuple[Component, ...]:
    """What `dump` gave."""
    rows: list[Mapping[str, Any]] = json.loads(text)
    return tuple(Component(**{**row, "needs": tuple(row["needs"])}) for row in rows)


def merged(components: Iterable[Component]) -> tuple[Component, ...]:
    """Each ref once, sorted, with the needs of all of that ref."""
    found: dict[str, Component] = {}
    for each in components:
        known = found.get(each.ref, each)
        needs = tuple(sorted({*known.needs, *each.needs}))
        found[each.ref] = evolve(known, needs=needs)
    return tuple(found[ref] for ref in sorted(found))


def tops(components: Sequence[Component]) -> tuple[str, ...]:
    """Refs of those from which all others are reached: what a product itself depends on.

    Of some that only need each other in a circle, it is the first.
    """
    needs = {each.ref: each.needs for each in components}
    needed = {ref for refs in needs.values() for ref in refs}
    found: list[str] = []
    reached: set[str] = set()
    for ref in (*(r for r in needs if r not in needed), *needs):
        if ref in reached:
            continue
        found.append(ref)
        waiting = [ref]
        while waiting:
            each = waiting.pop()
            if each not in reached:
                reached.add(each)
                waiting += needs.get(each, ())
    return tuple(sorted(found))
