"""The dialect of build files: which syntax and which builtin functions there are."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import starlark

# Enough for any sane macro, and far from the native stack's end.
_DEEPEST_CALL = 100

_BUILD_FILE = [
    starlark.LibraryExtension.RecordType,
    starlark.LibraryExtension.EnumType,
    starlark.LibraryExtension.StructType,
    starlark.LibraryExtension.Typing,
    starlark.LibraryExtension.Map,
    starlark.LibraryExtension.Filter,
    starlark.LibraryExtension.Partial,
    starlark.LibraryExtension.Json,
]


@cache
def dialect() -> starlark.Dialect:
    """Types are checked, f-strings work, and loaded names aren't exported again."""
    chosen = starlark.Dialect.extended()
    chosen.enable_types = starlark.DialectTypes.ENABLE
    chosen.enable_f_strings = True
    chosen.enable_load_reexport = False
    return chosen


@cache
def build_file_globals() -> starlark.Globals:
    """The builtin functions of build files."""
    return starlark.Globals.extended_by(_BUILD_FILE)


@cache
def library_globals() -> starlark.Globals:
    """Those of third parties' libraries.

    Whose code makes a call is seen by the call stack, on which a `partial` leaves no trace of who
    made it.
    """
    partial = starlark.LibraryExtension.Partial
    return starlark.Globals.extended_by([each for each in _BUILD_FILE if each != partial])


@cache
def prelude_globals() -> starlark.Globals:
    """The prelude's builtin functions: it alone can look at the call stack."""
    return starlark.Globals.extended_by([*_BUILD_FILE, starlark.LibraryExtension.CallStack])


def options(cancelled: Callable[[], bool]) -> starlark.EvalOptions:
    """The bounds of an evaluation; asking `cancelled` also lets Ctrl-C through."""
    return starlark.EvalOptions(check_cancelled=cancelled, max_callstack_size=_DEEPEST_CALL)
