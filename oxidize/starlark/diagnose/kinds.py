"""How types are spelled for people: as annotations in build files spell them."""

from __future__ import annotations

import re

_TYPES = {
    "string": "str",
    "NoneType": "None",
    "typing.Callable": "function",
    # What oxidize's objects are to Starlark.
    "record": "object",
    "opaque_python_object": "object",
}


def kind_name(kind: str) -> str:
    """A type as Starlark's messages name it."""
    return _TYPES.get(kind, kind)


def kind_of(value: str, kind: str) -> str:
    """The type of a value that is printed; of oxidize's objects, the object's."""
    record = re.match(r"record\[(\w+)\]", value)
    return record[1] if record else kind_name(kind)


def wanted_type(annotation: str) -> str:
    """An annotation as a phrase: `str or None`."""
    parts = [kind_name(part) for part in annotation.split(" | ")]
    ordered = [part for part in parts if part != "None"] + ["None"] * ("None" in parts)
    return " or ".join(ordered)
