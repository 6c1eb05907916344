"""The language's interface without its implementation: for type checks and for editors."""

from __future__ import annotations

from functools import cache

import starlark

from oxidize.objects.language import Language, ObjectType
from oxidize.objects.language import language as own_language
from oxidize.objects.member import Member
from oxidize.starlark.dialect import build_file_globals, dialect
from oxidize.starlark.prelude import exported_names, signature

_FILE = "<interface>"

# The type check doesn't carry the types of values from file to file, only that they exist.
_VALUE = "def _value() -> typing.Any:\n    fail()\n"


def interface_source(language: Language) -> str:
    """The globals as a Starlark file whose functions do nothing, for Starlark's type check."""
    records = [_record(each) for each in language.types.values()]
    functions = [
        f"def {each.name}({signature(each)}) -> {each.returns.spelling}:\n    fail()\n"
        for each in language.functions.values()
    ]
    values = [f"{name} = _value()\n" for name in language.values]
    return "\n".join([*records, *functions, _VALUE, *values])


def interface_load(language: Language) -> str:
    """The one line to put before a build file, so that its type check knows the globals."""
    names = ", ".join(f'"{name}"' for name in (*exported_names(language), *language.values))
    return f'load("{_FILE}", {names})\n'


def check_interface(language: Language) -> dict[str, starlark.Interface]:
    """What `typecheck` takes as `loads` for a file that begins with `interface_load`."""
    stub = starlark.parse(_FILE, interface_source(language), dialect())
    return {_FILE: stub.typecheck(build_file_globals(), {})[1]}


@cache
def own_check_interface() -> dict[str, starlark.Interface]:
    """The interface of oxidize's own language."""
    return check_interface(own_language())


def editor_stub(language: Language) -> str:
    """The globals and types as a Python stub file, as editors' Starlark servers read them."""
    values = [f"{v.name}: {v.spelling}\n'''{v.doc}'''" for v in language.values.values()]
    functions = [_stub_function(each, "", "") for each in language.functions.values()]
    types = [_stub_type(each) for each in language.types.values()]
    return "\n\n".join([*values, *functions, *types]) + "\n"


def _record(each: ObjectType) -> str:
    methods = ", ".join(f"{name} = typing.Callable" for name in each.members)
    return f"{each.name} = record({methods})"


def _stub_type(each: ObjectType) -> str:
    methods = "".join(
        "\n" + _stub_function(member, "self", "    ") for member in each.members.values()
    )
    return f"class {each.name}:\n    '''{each.doc}'''\n{methods}"


def _stub_function(member: Member, first: str, indent: str) -> str:
    parameters = ", ".join(part for part in (first, signature(member)) if part)
    head = f"{indent}def {member.name}({parameters}) -> {member.returns.spelling}:"
    return f"{head}\n{indent}    '''{member.doc}'''"
