"""Errors of calls: wrong types, missing, unknown and surplus arguments."""

from __future__ import annotations

import re

from oxidize.errors import Diagnostic, Span
from oxidize.starlark.diagnose.elements import other_element, type_help
from oxidize.starlark.diagnose.former import ARGUMENTS
from oxidize.starlark.diagnose.kinds import kind_name, kind_of, wanted_type
from oxidize.starlark.diagnose.scene import Scene
from oxidize.suggest import did_you_mean


def wrong_type(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """An argument that doesn't fit its annotation."""
    value, kind, annotation, name = match.groups()
    wanted, given = wanted_type(annotation), kind_of(value, kind)
    instead = other_element(value, kind, wanted) or f"not {given}"
    return scene.diagnostic(
        "OX0201",
        f"{name} of {_callee(scene)}() must be {wanted}, {instead}",
        span=scene.argument_span(name),
        help=type_help(name, value, given, wanted),
    )


def missing(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """An argument that isn't given, maybe because its name is mistaken."""
    name, callee = match[1], match[2].rpartition(".")[2]
    if name == "_handle":
        return no_constructor(scene, callee)
    if scene.inside == "register_target":
        return wrong_depends(scene, callee)
    for unknown in _unknown_arguments(scene, callee):
        return _unknown(scene, callee, *unknown)
    return scene.diagnostic("OX0202", f'{callee}() lacks the argument "{name}"')


def surplus_names(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """Named arguments that the function doesn't take."""
    callee = match[2].rpartition(".")[2]
    if callee in scene.language.types and callee not in scene.language.functions:
        return no_constructor(scene, callee)
    # By `**`, any text can be a name.
    name = match[1].removeprefix("`").partition("`")[0]
    span = scene.call.argument(name, None) if scene.call else None
    return _unknown(scene, callee, name, span)


def surplus_positions(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """More positional arguments than the function takes."""
    callee = match[2].rpartition(".")[2]
    if callee in scene.language.types and callee not in scene.language.functions:
        return no_constructor(scene, callee)
    if scene.inside == "register_target":
        return wrong_depends(scene, callee)
    names = [each.name for each in scene.taken(callee) if not each.positional]
    help = f"give settings by name, such as {names[0]} = ..." if names else None
    count = "one argument" if match[1] == "1" else f"{match[1]} arguments"
    return scene.diagnostic("OX0204", f"{callee}() is given {count} too many", help=help)


def wrong_depends(scene: Scene, callee: str) -> Diagnostic:
    """A target function whose parameters aren't what `depends` gives."""
    names = {"lambda": "the lambda", "": "the function"}
    function = names.get(callee, f"{callee}()")
    return scene.diagnostic(
        "OX0307",
        f"{function} doesn't take the values of `depends`",
        span=scene.argument_span("depends") or scene.argument_span("fn"),
        notes=("a target's function gets one positional argument for each target in `depends`",),
    )


def no_constructor(scene: Scene, name: str) -> Diagnostic:
    """A type that is called as if it made objects."""
    makers = scene.language.makers(name)
    help = f"use {' or '.join(makers)}" if makers else None
    return scene.diagnostic("OX0213", f"{name}() can't be called to make an object", help=help)


def not_sendable(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A function, or a record with one, where only plain values can go."""
    kind = kind_name(match[1])
    return scene.diagnostic("OX0216", f"{_callee(scene)}() takes plain values only, no {kind}")


def _unknown(scene: Scene, callee: str, name: str, span: Span | None) -> Diagnostic:
    known = [each.name for each in scene.taken(callee)]
    return scene.diagnostic(
        "OX0203",
        f'{callee}() has no argument "{name}"',
        span=span,
        help=ARGUMENTS.get((callee, name)) or did_you_mean(name, known),
    )


def _unknown_arguments(scene: Scene, callee: str) -> list[tuple[str, Span]]:
    known = {each.name for each in scene.taken(callee)}
    given = scene.call.arguments if scene.call and known else ()
    return [(each.name, each.span) for each in given if each.name and each.name not in known]


def _callee(scene: Scene) -> str:
    return scene.inside or (scene.call.callee if scene.call else "the function")
