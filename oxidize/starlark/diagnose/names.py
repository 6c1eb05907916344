"""Errors about names: unknown, not yet assigned, not loadable."""

from __future__ import annotations

import re

from oxidize.errors import Diagnostic
from oxidize.starlark.diagnose.scene import Scene
from oxidize.suggest import did_you_mean

BUILTIN = re.findall(
    r"\w+",
    "abs all any bool dict dir enumerate fail filter float getattr hasattr hash int json len list "
    "map max min partial range record repr reversed set sorted str struct tuple type typing zip",
)
_BOUND = re.compile(r"\bdef +(\w+)|\b(\w+) *=(?!=)|\bfor +(\w+)|[(,] *(\w+) *(?=[,)])")
_RENAMED = {"BUILD_TARGET": "BUILD_TARGET_TRIPLE", "os": "VARS", "environ": "VARS"}


def unknown_name(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A name that nothing defines."""
    name = match[1]
    help = did_you_mean(name, _known(scene) - {name})
    if name in _RENAMED:
        help = f'use "{_RENAMED[name]}"'
    return scene.diagnostic("OX0102", f'unknown name "{name}"', help=help)


def used_too_early(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A name that is assigned further down, or on another path."""
    return scene.diagnostic("OX0103", f'"{match[1]}" is used before it has a value')


def no_such_symbol(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """load() of a name that the file doesn't define."""
    help = f'did you mean "{match[2]}"?' if match[2] else None
    return scene.diagnostic("OX0107", f'the loaded file doesn\'t define "{match[1]}"', help=help)


def not_exported(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """load() of a name that the file itself has from elsewhere."""
    message = f'the loaded file doesn\'t define "{match[1]}", it only uses it'
    return scene.diagnostic("OX0107", message, help="load the name from where it is defined")


def private_symbol(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """load() of a name with an underscore."""
    return scene.diagnostic(
        "OX0108",
        f'"{match[1]}" is private to its file',
        help=f'to share it, rename it to "{match[1].lstrip("_")}" there',
    )


def _known(scene: Scene) -> set[str]:
    known = {*scene.language.functions, *scene.language.types, *scene.language.values, *BUILTIN}
    if scene.source:
        bound = _BOUND.finditer(scene.source.text)
        known |= {name for match in bound for name in match.groups() if name}
    return known
