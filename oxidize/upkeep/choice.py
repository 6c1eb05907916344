"""The choice of what stays in a cache directory: what was used last, as far as limits allow."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from attrs import frozen

_SECOND = 1_000_000_000


@frozen
class Limits:
    """At most so many bytes, and nothing unused for so many seconds; none means no limit."""

    size: int | None = None
    age: float | None = None


@frozen(eq=False)
class Item:
    """What goes as a whole. `used` is in nanoseconds; `blobs` are what it made, which others may
    have made too, and `read` what it was made of.

    `bound`: commands that have begun to use it can't do without.
    """

    kind: str
    path: Path
    used: int
    size: int
    blobs: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()
    bound: bool = False


@frozen
class Blob:
    """A content of the store; `since` is when it came there, in nanoseconds."""

    path: Path
    size: int
    since: int


def choose(
    items: Iterable[Item], blobs: Mapping[str, Blob], rest: int, limits: Limits, since: int
) -> set[Item]:
    """The items that stay: those used after `since`, and what fits, the last used ones first.

    `rest` are the bytes of what stays in any case.
    """
    oldest = 0 if limits.age is None else time.time_ns() - int(limits.age * _SECOND)
    kept: set[Item] = set()
    counted: set[str] = set()
    full = False
    for item in sorted(items, key=lambda item: item.used, reverse=True):
        new = item.blobs - counted
        grown = rest + item.size + sum(blobs[name].size for name in new if name in blobs)
        full = full or (limits.size is not None and grown > limits.size)
        if item.used >= since or (not full and item.used >= oldest):
            kept.add(item)
            counted |= new
            rest = grown
    return kept
