"""Errors of Starlark's own functions and methods, whose parameters have no names to speak of."""

from __future__ import annotations

import re

from oxidize.errors import Diagnostic
from oxidize.starlark.diagnose.calls import wrong_depends
from oxidize.starlark.diagnose.kinds import kind_name, wanted_type
from oxidize.starlark.diagnose.scene import Scene


def wrong_type(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """An argument of a type that the function doesn't take."""
    wanted, kind = match[1], kind_name(match[2])
    if each := re.fullmatch(r"tuple\[(.+), \.\.\.\]", wanted):
        return scene.diagnostic("OX0201", f"{_callee(scene)} takes {wanted_type(each[1])} only")
    return scene.diagnostic("OX0201", f"{_callee(scene)} takes {wanted_type(wanted)}, not {kind}")


def wrong_number(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """Too few or too many positional arguments."""
    if scene.inside == "register_target":
        return wrong_depends(scene, "")
    wanted, given = match[1].removeprefix("between ").replace(" and ", " to "), int(match[2])
    most = int(wanted.rpartition(" ")[2])
    noun = "argument" if wanted == "1" else "arguments"
    message = f"{_callee(scene)} takes {wanted} {noun} by position, not {given}"
    return scene.diagnostic("OX0204" if given > most else "OX0202", message)


def given_twice(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """An argument by position and by name."""
    span = scene.call.argument(match[1], None) if scene.call else None
    message = f'the argument "{match[1]}" of {_callee(scene)} is given twice'
    return scene.diagnostic("OX0260", message, span=span)


def _callee(scene: Scene) -> str:
    return f"{scene.call.callee}()" if scene.call else "the function"
