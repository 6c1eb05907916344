"""The language's interface without its implementation, for Starlark's type check."""

from __future__ import annotations

from functools import cache

import starlark

from oxidize.objects.language import Language, ObjectType
from oxidize.objects.language import language as own_language
from oxidize.starlark.dialect import build_file_globals, dialect
from oxidize.starlark.prelude import prelude_loads, signature

_FILE = "<interface>"
_CONSTRUCTORS = "<interface of constructors>"

# The type check doesn't carry the types of values from file to file, only that they exist.
_TYPE_OF = "def type_of(value: typing.Any) -> str:\n    fail()\n"
_VALUE = "def _value() -> typing.Any:\n    fail()\n"


def interface_source(language: Language) -> str:
    """The globals as a Starlark file whose functions do nothing, for Starlark's type check."""
    records = [_record(each) for each in language.types.values()]
    functions = [
        f"def {each.name}({signature(each)}) -> {each.returns.spelling}:\n    fail()\n"
        for name, each in language.functions.items()
        if name not in language.types
    ]
    values = [f"{name} = _value()\n" for name in language.values]
    return "\n".join([*records, *functions, _TYPE_OF, _VALUE, *values])


def constructors_interface(language: Language) -> str:
    """The same for functions that bear the names of types; what they make is anything."""
    return "\n".join(
        f"def {each.name}({signature(each)}) -> typing.Any:\n    fail()\n"
        for each in language.constructors.values()
    )


def interface_load(language: Language) -> str:
    """The lines to put before a build file, so that its type check knows the globals."""
    values = ", ".join(f'"{name}"' for name in language.values)
    return f'load("{_FILE}", {values})\n' + prelude_loads(language, _FILE, _CONSTRUCTORS)


def check_interface(language: Language) -> dict[str, starlark.Interface]:
    """What `typecheck` takes as `loads` for a file that begins with `interface_load`."""
    sources = {
        _FILE: interface_source(language),
        _CONSTRUCTORS: constructors_interface(language),
    }
    parsed = {name: starlark.parse(name, text, dialect()) for name, text in sources.items()}
    return {name: stub.typecheck(build_file_globals(), {})[1] for name, stub in parsed.items()}


@cache
def own_check_interface() -> dict[str, starlark.Interface]:
    """The interface of oxidize's own language."""
    return check_interface(own_language())


def _record(each: ObjectType) -> str:
    values = [f"{name} = typing.Any" for name in each.fields]
    methods = [f"{name} = typing.Callable" for name in each.members]
    return f"{each.name} = record({', '.join([*values, *methods])})"
