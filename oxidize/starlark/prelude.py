"""Writes the Starlark prelude: what turns Python objects into typed values of scripts.

Python objects reach Starlark as opaque values without attributes. The prelude gives each type a
record whose fields are functions, and each function passes its arguments on to `_call`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from oxidize.objects.language import Language, ObjectType
from oxidize.objects.member import Member, Parameter

FILE = "<oxidize>"

# A name can stand for a type or for a function: constructors, called as their types are, come from
# a second file, which build files load in place of these types.
CONSTRUCTORS = "<constructors>"

# What a callback returns crosses as [type, value]; only plain values and handles can cross.
_SUPPORT = """\
def _plain(value):
    if hasattr(value, "_handle"):
        return value._handle
    kind = type(value)
    if kind == "list" or kind == "tuple":
        return [_plain(each) for each in value]
    if kind == "dict":
        return {key: _plain(each) for key, each in value.items()}
    return value

def type_of(value):
    return value._type if hasattr(value, "_handle") else type(value)

def _text(value):
    return value if type(value) == "string" else _repr(value)

def _repr(value):
    if hasattr(value, "_handle"):
        return _shown(value._handle)
    kind = type(value)
    if kind == "list":
        return "[" + ", ".join([_repr(each) for each in value]) + "]"
    if kind == "tuple":
        return "(" + ", ".join([_repr(each) for each in value]) + (",)" if len(value) == 1 else ")")
    if kind == "dict":
        pairs = [_repr(key) + ": " + _repr(each) for key, each in value.items()]
        return "{" + ", ".join(pairs) + "}"
    return repr(value)

def _optional(wrap, handle):
    return None if handle == None else wrap(handle)

def _object(tagged):
    return _wrappers[tagged[0]](tagged[1]) if tagged[0] else tagged[1]

def _tagged(value):
    if hasattr(value, "_handle"):
        return [value._type, value._handle]
    kind = type(value)
    simple = kind in ["string", "int", "bool", "float", "NoneType"]
    return [kind, value if simple else None]
"""


def prelude_source(language: Language) -> str:
    """The whole prelude."""
    parts = [_SUPPORT]
    parts += [_record(each) for each in language.types.values()]
    parts += [_wrapper(each) for each in language.types.values()]
    names = ", ".join(f'"{name}": _wrap_{name}' for name in language.types)
    parts.append(f"_wrappers = {{{names}}}\n")
    for each in language.functions.values():
        if each.name in language.types:
            parts.append(f"make_{each.name} = _wrap_{each.name}\n")
        else:
            parts.append(_function(each, each.name, "None", ""))
    return "\n".join(parts)


def constructors_source(language: Language) -> str:
    """What makes objects and is called by the name of their type."""
    made = language.constructors
    loads = "".join(f', _wrap_{name} = "make_{name}"' for name in made)
    load = f'load("{FILE}"{loads})\n' if made else ""
    return load + "\n".join(_function(each, name, "None", "") for name, each in made.items())


def exported_names(language: Language) -> tuple[str, ...]:
    """What each build file finds among its globals, apart from the values."""
    return tuple(dict.fromkeys((*language.types, *language.functions)))


def prelude_loads(language: Language, first: str, second: str) -> str:
    """The lines that give a build file its globals, from the two files under these names."""
    made = language.constructors
    names = [name for name in exported_names(language) if name not in made]
    # `type` tells the types of objects apart, which are all records to Starlark.
    own = f'{_names(names)}, type = "type_of"'
    lines = [f'load("{first}", {own})', f'load("{second}", {_names(made)})']
    return "\n".join(lines[: 2 if made else 1]) + "\n"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def signature(member: Member) -> str:
    """The parameters as a script would declare them."""
    shown: list[str] = []
    keyword_only = False
    for each in member.parameters:
        if each.keyword_only and not keyword_only:
            shown.append("*")
            keyword_only = True
        shown.append(_parameter(each))
    return ", ".join(shown)


def literal(value: object) -> str:
    """A default value as Starlark source."""
    if isinstance(value, str):
        return json.dumps(value)
    return "[]" if value == () else repr(value)


def _parameter(each: Parameter) -> str:
    text = f"{'*' if each.variadic else ''}{each.name}: {each.type.spelling}"
    return text if each.required or each.variadic else f"{text} = {literal(each.default)}"


def _record(each: ObjectType) -> str:
    values = "".join(f", {name} = typing.Any" for name in each.fields)
    methods = "".join(f", {name} = typing.Callable" for name in each.members)
    return f"{each.name} = record(_handle = typing.Any, _type = str{values}{methods})"


def _wrapper(each: ObjectType) -> str:
    methods = "".join(
        _function(member, f"{each.name}.{name}", "_handle", "    ")
        for name, member in each.members.items()
    )
    read = f'    _values = _read(_handle, "{each.name}")\n' if each.fields else ""
    values = "".join(f", {name} = _values[{n}]" for n, name in enumerate(each.fields))
    given = "".join(f", {name} = {name}" for name in each.members)
    made = f'{each.name}(_handle = _handle, _type = "{each.name}"{values}{given})'
    return f"def _wrap_{each.name}(_handle):\n{read}{methods}    return {made}\n"


def _function(member: Member, key: str, handle: str, indent: str) -> str:
    sent = ", ".join(map(_sent, member.sent))
    call = f'_call({handle}, "{key}", call_stack(strip_frames = 1), [{sent}])'
    head = f"{indent}def {member.name}({signature(member)}):\n"
    return f"{head}{indent}    return {_returned(member, call)}\n"


def _returned(member: Member, call: str) -> str:
    if member.callback:
        argument = "*[_object(each) for each in arguments]"
        made = f"_tagged({member.callback.name}({argument}))"
        call = f"_finish([{made} for arguments in {call}])"
    if not member.returns.objects:
        return call
    wrap = f"_wrap_{member.returns.objects[0]}"
    return f"_optional({wrap}, {call})" if member.returns.optional else f"{wrap}({call})"


def _sent(each: Parameter) -> str:
    if each.text:
        return f"[_text(each) for each in {each.name}]" if each.variadic else f"_text({each.name})"
    return f"_plain({each.name})" if each.type.objects else each.name
