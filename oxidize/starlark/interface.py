"""The language's interface without its implementation: for type checks and for editors."""

from __future__ import annotations

from functools import cache

import starlark
from attrs import evolve

from oxidize.objects.language import Language, ObjectType
from oxidize.objects.language import language as own_language
from oxidize.objects.member import Member
from oxidize.objects.script_type import NOTHING
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


def editor_stub(language: Language) -> str:
    """The globals and types as a Python stub file, as editors' Starlark servers read them."""
    values = [f"{v.name}: {v.spelling}\n'''{v.doc}'''" for v in language.values.values()]
    made = language.constructors
    functions = [_stub_function(f, "", "") for n, f in language.functions.items() if n not in made]
    types = [_stub_type(each, made.get(each.name)) for each in language.types.values()]
    return "\n\n".join([*values, *functions, *types]) + "\n"


def _record(each: ObjectType) -> str:
    values = [f"{name} = typing.Any" for name in each.fields]
    methods = [f"{name} = typing.Callable" for name in each.members]
    return f"{each.name} = record({', '.join([*values, *methods])})"


def _stub_type(each: ObjectType, constructor: Member | None) -> str:
    made = [evolve(constructor, name="__init__", returns=NOTHING)] if constructor else []
    methods = "".join(
        "\n" + _stub_function(member, "self", "    ") for member in (*made, *each.members.values())
    )
    values = "".join(
        f"\n    {field.name}: {field.type.spelling}\n    '''{field.doc}'''\n"
        for field in each.fields.values()
    )
    return f"class {each.name}:\n    '''{each.doc}'''\n{values}{methods}"


def _stub_function(member: Member, first: str, indent: str) -> str:
    parameters = ", ".join(part for part in (first, signature(member)) if part)
    head = f"{indent}def {member.name}({parameters}) -> {member.returns.spelling}:"
    return f"{head}\n{indent}    '''{member.doc}'''"
