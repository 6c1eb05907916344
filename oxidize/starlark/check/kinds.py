"""What is known of a value without running anything: the kinds of value that it may be."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache

from attrs import evolve, frozen

from oxidize.objects.script_type import ScriptType

# A value with more alternatives than that counts as unknown.
_MOST = 8


@frozen
class Kind:
    """One kind of value: a builtin type's name, an object type's, or "function".

    `value` is that of a literal. `items` are the elements of a list or tuple, or the values of a
    dict; `keys` the keys of a dict. `calls` is what a function stands for.
    """

    name: str
    value: object = None
    items: tuple[Type, ...] = ()
    keys: tuple[Type, ...] = ()
    calls: object = None


Type = tuple[Kind, ...]
"""The alternatives; none at all means that nothing is known."""

UNKNOWN: Type = ()
NONE: Type = (Kind("None"),)
_BUILTIN = ("str", "int", "bool", "float", "list", "tuple", "dict", "None")


def kind(name: str) -> Type:
    """A type of one alternative."""
    return (Kind(name),)


def join(*types: Type) -> Type:
    """What a value may be that comes from one of several places."""
    found: list[Kind] = []
    for each in types:
        if not each:
            return UNKNOWN
        found += [alternative for alternative in each if alternative not in found]
        if len(found) > _MOST:
            return UNKNOWN
    return tuple(found)


def of_literal(value: object) -> Type:
    """The type of a literal."""
    name = "None" if value is None else type(value).__name__
    return (Kind(name, value),) if name in _BUILTIN else UNKNOWN


def without_value(type_: Type) -> Type:
    """What stays known of a value that a condition has looked at: neither which one, nor None."""
    return join(*((evolve(each, value=None),) for each in type_ if each.name != "None"))


def of_script_type(known: ScriptType) -> Type:
    """The type that a declaration of the language means."""
    return of_spelling(known.spelling, known.objects)


@cache
def of_spelling(spelling: str, objects: tuple[str, ...]) -> Type:
    """The type that a spelled annotation means; unknown if a part of it is."""
    return join(*(_of_part(part, objects) for part in alternatives(spelling)))


def of_annotation(node: ast.expr | None, objects: Iterable[str]) -> Type:
    """The same for an annotation in a file."""
    return of_spelling(ast.unparse(node), tuple(objects)) if node else UNKNOWN


def _of_part(part: str, objects: tuple[str, ...]) -> Type:
    name, _, inner = part.partition("[")
    if name == "list" and inner:
        element = of_spelling(inner[:-1], objects)
        return (Kind("list", items=(element,) if element else ()),)
    return kind(name) if name in _BUILTIN or name in objects else UNKNOWN


@cache
def alternatives(spelling: str) -> tuple[str, ...]:
    """The parts of `a | b[c | d]` at the top: `a` and `b[c | d]`."""
    return tuple(_split(spelling, "|"))


def _split(text: str, separator: str) -> list[str]:
    parts, depth = [""], 0
    for char in text:
        depth += (char == "[") - (char == "]")
        if char == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]


def may_fit(type_: Type, spelling: str) -> bool:
    """Whether a value of this type might be accepted where an annotation stands."""
    parts = alternatives(spelling)
    return not type_ or any(_fits(each, part) for each in type_ for part in parts)


def _fits(value: Kind, part: str) -> bool:
    name, _, inner = part.partition("[")
    if name == "typing.Any":
        return True
    if name == "typing.Callable":
        return value.name == "function"
    if name != value.name:
        return (name, value.name) == ("float", "int")
    wanted = _split(inner[:-1], ",") if inner else []
    if name == "list" and wanted:
        return all(may_fit(each, wanted[0]) for each in value.items)
    if name == "dict" and len(wanted) == 2:
        keys = all(may_fit(each, wanted[0]) for each in value.keys)
        return keys and all(may_fit(each, wanted[1]) for each in value.items)
    return True
