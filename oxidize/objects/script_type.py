"""The type of an argument or a result: read from a Python annotation, spelled for scripts."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import Literal, NewType, Union, get_args, get_origin

from attrs import frozen

from oxidize.objects.callback import Callback, Calls

Text = NewType("Text", str)
"""Annotation of arguments that may be anything, and arrive as the text `print` would show."""


@frozen
class ScriptType:
    """One type: how an annotation in a script spells it, and what the bridge has to do with it.

    `objects` names the object types in it; `choices` are the only values allowed, if any.
    """

    spelling: str
    objects: tuple[str, ...] = ()
    choices: tuple[str | int, ...] = ()
    optional: bool = False
    bare: str = ""
    """The spelling without `None`."""


_PLAIN: dict[object, str] = {
    str: "str",
    int: "int",
    bool: "bool",
    float: "float",
    type(None): "None",
    object: "typing.Any",
    Text: "typing.Any",
    Callback: "typing.Callable",
}


NOTHING = ScriptType("None", bare="None")


def script_type(hint: object) -> ScriptType:
    """Translates a resolved annotation. Raises TypeError for one that scripts can't express."""
    if hint in _PLAIN:
        return ScriptType(_PLAIN[hint], bare=_PLAIN[hint])
    if isinstance(hint, type) and get_origin(hint) is None:
        return ScriptType(hint.__name__, objects=(hint.__name__,), bare=hint.__name__)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        return _union([script_type(each) for each in arguments])
    if origin is Literal:
        name = _PLAIN[type(arguments[0])]
        return ScriptType(name, choices=arguments, bare=name)
    if origin in (Sequence, list):
        return _container("list", arguments)
    if origin in (Mapping, dict):
        return _container("dict", arguments)
    if origin is Calls:
        return script_type(arguments[0])
    raise TypeError(f"scripts have no type for the annotation {hint!r}")


def _container(name: str, arguments: Sequence[object]) -> ScriptType:
    parts = [script_type(each) for each in arguments]
    spelling = f"{name}[{', '.join(part.spelling for part in parts)}]"
    objects = tuple(each for part in parts for each in part.objects)
    return ScriptType(spelling, objects=objects, bare=spelling)


def _union(parts: Sequence[ScriptType]) -> ScriptType:
    # Unlike Literal, a union keeps the order it was written in; None goes last for readers.
    real = [part for part in parts if part.spelling != "None"]
    bare = " | ".join(part.spelling for part in real)
    optional = len(real) < len(parts)
    return ScriptType(
        bare + (" | None" if optional else ""),
        objects=tuple(each for part in real for each in part.objects),
        choices=tuple(each for part in real for each in part.choices),
        optional=optional,
        bare=bare,
    )
