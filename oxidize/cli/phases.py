"""The phases of a command before it builds: what it did when, for its profile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from attrs import define, field


@define
class Phases:
    """Each phase's name, and when it began and ended, in seconds of the monotonic clock."""

    done: list[tuple[str, float, float]] = field(factory=list)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """A context that is a phase; one that fails is none."""
        began = time.monotonic()
        yield
        self.done.append((name, began, time.monotonic()))
