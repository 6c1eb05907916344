"""Errors about names: unknown, not yet assigned, not loadable."""

from __future__ import annotations

import re

from oxidize.errors import Diagnostic
from oxidize.objects.problem import refuse
from oxidize.starlark.diagnose.former import name_help
from oxidize.starlark.diagnose.scene import Scene, is_own
from oxidize.suggest import did_you_mean

BUILTIN = re.findall(
    r"\w+",
    "abs all any bool chr dict dir enum enumerate fail field filter float getattr hasattr hash int "
    "json len list map max min ord partial range record repr reversed sorted str struct tuple type "
    "typing zip True False None",
)
_BOUND = re.compile(r"\bdef +(\w+)|\b(\w+) *=(?!=)|\bfor +(\w+)|[(,] *(\w+) *(?=[,)])")
# Up to the name that can't be loaded.
_LOAD = re.compile(r"""\bload\(\s*["']@(?P<library>[\w-]+)//[^()]*\Z""")
_INSTEAD = {
    "os": 'use "VARS"',
    "environ": 'use "VARS"',
    "__file__": 'use "CONFIG_PATH"',
    "null": "write None",
    "nil": "write None",
    "true": "write True",
    "false": "write False",
    "set": "use a dict, whose keys are there once: {name: True}",
    "sum": "add in a loop",
    "isinstance": 'use type(value) == "string"',
    "partial": "libraries have no partial(): write a lambda",
    "open": "build files can't read files; FileContent(path = ...) hands one on",
    "format": 'use "{}".format(value)',
}


def unknown_name(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A name that nothing defines."""
    name = match[1]
    if name.startswith("testing_") and scene.span and is_own(scene.span.file):
        # Refused: so the place is the load() that asks for it.
        refuse(
            "OX0835",
            "this library is for tests only",
            help='name this file *_test.star, and run its tests with "oxidize test"',
        )
    help = _INSTEAD.get(name) or name_help(name) or did_you_mean(name, _known(scene) - {name})
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
    help = f'to share it, rename it to "{match[1].lstrip("_")}" there'
    if library := _loaded_library(scene):
        help = f'names that begin with "_" are for "@{library}" alone; load one that it shares'
    return scene.diagnostic("OX0108", f'"{match[1]}" is private to its file', help=help)


def _loaded_library(scene: Scene) -> str | None:
    """The library that the load() under the span names, if it names one."""
    if scene.source is None or scene.span is None:
        return None
    start = scene.source.offset(scene.span.line, scene.span.column)
    found = _LOAD.search(scene.source.text, 0, start)
    return found["library"] if found else None


def _known(scene: Scene) -> set[str]:
    known = {*scene.language.functions, *scene.language.types, *scene.language.values, *BUILTIN}
    if scene.source:
        bound = _BOUND.finditer(scene.source.text)
        known |= {name for match in bound for name in match.groups() if name}
    return known
