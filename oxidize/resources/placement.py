"""The placement of a resource: whether it goes into a program, where, and in which form.

Locations are "in-memory", "extracted" (extension modules: a file that the program writes once)
and "filesystem-relative:FOLDER" (a file in a folder beside the program).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from attrs import asdict, evolve, frozen

from oxidize.graph.action import Value

IN_MEMORY = "in-memory"
EXTRACTED = "extracted"
_RELATIVE = "filesystem-relative:"
# What no folder can have in its name on every system.
_NOT_IN_NAMES = re.compile(r"[\\:\x00-\x1f\x7f]")

FORMS = '"in-memory", "extracted" and "filesystem-relative:FOLDER"'


@frozen
class Placement:
    """What becomes of one resource; `levels` are those of its bytecode, and `fallback` takes the
    place of a location that the resource can't have."""

    location: str = IN_MEMORY
    fallback: str | None = EXTRACTED
    include: bool = True
    include_source: bool = True
    levels: tuple[int, ...] = (0,)

    def as_value(self) -> Mapping[str, Value]:
        """As a parameter of an action."""
        return asdict(self)

    @classmethod
    def of_value(cls, row: Mapping[str, Any]) -> Placement:
        """Inverse of `as_value`, also after a way through JSON."""
        return cls(**{**row, "levels": tuple(row["levels"])})

    @property
    def beside(self) -> str:
        """The folder beside the program, "." being the program's own; "" for elsewhere."""
        return beside(self.location)

    def settled(self, *, memory: bool) -> Placement | None:
        """The same with the first location that an extension module can have; None for none.

        `memory` tells whether it can be loaded from there.
        """
        for location in (self.location, self.fallback):
            if location is not None and (memory or location != IN_MEMORY):
                return evolve(self, location=location)
        return None


def beside(location: str) -> str:
    """The folder of a "filesystem-relative:FOLDER"; "" for other locations."""
    if not location.startswith(_RELATIVE):
        return ""
    return str(PurePosixPath(location.removeprefix(_RELATIVE)))


def is_location(text: str) -> bool:
    """Whether a text names a location."""
    if text in (IN_MEMORY, EXTRACTED):
        return True
    folder = text.removeprefix(_RELATIVE)
    path = PurePosixPath(folder)
    inside = bool(folder.strip()) and not path.is_absolute() and ".." not in path.parts
    return inside and folder != text and not _NOT_IN_NAMES.search(folder)
