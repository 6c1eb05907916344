"""Calls against signatures: which arguments are unknown, missing, surplus, or of a wrong type."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from attrs import field, frozen

from oxidize.objects.member import Member
from oxidize.starlark.check.kinds import Kind, Type, may_fit


@frozen
class Slot:
    """One parameter; `spelling` is its type as annotations spell it, if it is known."""

    name: str
    spelling: str | None
    required: bool
    keyword_only: bool = False


@frozen
class Signature:
    """What a function takes; `rest` and `others`: it has `*args`, or `**kwargs`."""

    callee: str
    slots: tuple[Slot, ...]
    rest: bool = False
    others: bool = False


@frozen
class Arguments:
    """What a call gives; `more` and `others`: it has `*args`, or `**kwargs`."""

    positional: tuple[Type, ...]
    named: Mapping[str, Type] = field(factory=dict)
    more: bool = False
    others: bool = False


def of_member(member: Member) -> Signature:
    """The signature of a function or method of the language."""
    return Signature(
        member.name,
        tuple(
            Slot(each.name, each.type.spelling, each.required, each.keyword_only)
            for each in member.parameters
            if not each.variadic
        ),
        rest=any(each.variadic for each in member.parameters),
    )


def of_function(node: ast.FunctionDef | ast.Lambda, known: Mapping[str, str]) -> Signature:
    """The signature of a function in a file; `known` spells the types of its parameters."""
    own = node.args
    name = node.name if isinstance(node, ast.FunctionDef) else "lambda"
    required = len(own.args) - len(own.defaults)
    slots = [Slot(a.arg, known.get(a.arg), n < required) for n, a in enumerate(own.args)]
    slots += [
        Slot(a.arg, known.get(a.arg), default is None, keyword_only=True)
        for a, default in zip(own.kwonlyargs, own.kw_defaults, strict=True)
    ]
    return Signature(name, tuple(slots), bool(own.vararg), bool(own.kwarg))


def bind(signature: Signature, given: Arguments) -> dict[str, Type]:
    """The arguments by the names of their parameters, as far as they have some."""
    names = [each.name for each in signature.slots if not each.keyword_only]
    bound = dict(zip(names, given.positional, strict=False)) if not given.more else {}
    return {**bound, **given.named}


def argument(signature: Signature, name: str, call: ast.Call) -> ast.expr | ast.keyword | None:
    """What a call gives for a parameter."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword
    names = [each.name for each in signature.slots if not each.keyword_only]
    place = names.index(name) if name in names else len(call.args)
    return call.args[place] if place < len(call.args) else None


def mistakes(signature: Signature, given: Arguments) -> Iterator[tuple[str, str | None]]:
    """What Starlark would say of a call, in its words, and of which argument, were it made."""
    known = {each.name for each in signature.slots}
    unknown = [name for name in given.named if name not in known and not signature.others]
    for name in unknown:
        yield f"Found `{name}` extra named parameter(s) for call to {signature.callee}", name
    if not unknown:
        yield from ((message, None) for message in _counts(signature, given))
    bound = bind(signature, given)
    for slot in signature.slots:
        type_ = bound.get(slot.name)
        if type_ and slot.spelling and not may_fit(type_, slot.spelling):
            message = (
                f"Value `{_shown(type_[0])}` of type `{_starlark(type_[0])}` does not match the "
                f"type annotation `{slot.spelling}` for argument `{slot.name}`"
            )
            yield message, slot.name


def _counts(signature: Signature, given: Arguments) -> Iterator[str]:
    places = [each.name for each in signature.slots if not each.keyword_only]
    surplus = len(given.positional) - len(places)
    if surplus > 0 and not (signature.rest or given.more):
        yield f"Found {surplus} extra positional argument(s) for call to {signature.callee}"
    if given.more or given.others:
        return
    filled = {*places[: len(given.positional)], *given.named}
    for slot in signature.slots:
        if slot.required and slot.name not in filled:
            yield f"Missing parameter `{slot.name}` for call to {signature.callee}"


def _shown(kind: Kind) -> str:
    is_object = _starlark(kind) == "record"
    return f"record[{kind.name}](...)" if is_object else str(kind.value)


def _starlark(kind: Kind) -> str:
    """How Starlark calls the kind."""
    renamed = {"str": "string", "None": "NoneType"}
    plain = ("int", "bool", "float", "list", "tuple", "dict", "function")
    return renamed.get(kind.name) or (kind.name if kind.name in plain else "record")
