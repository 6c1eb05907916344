"""The types of expressions, and what is wrong with the calls in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from attrs import frozen

from oxidize.objects.language import Language
from oxidize.objects.member import Member
from oxidize.starlark.check.kinds import (
    UNKNOWN,
    Kind,
    Type,
    join,
    kind,
    of_literal,
    of_script_type,
    of_spelling,
)
from oxidize.starlark.check.scope import Scope
from oxidize.starlark.check.signature import (
    Arguments,
    Signature,
    argument,
    mistakes,
    of_member,
)
from oxidize.starlark.check.tree import Node

# Conditions that ask for a value's type: what was known of it before holds no more.
_TYPE_TESTS = {"type", "hasattr", "getattr", "dir", "isinstance"}
# What builtin functions return; of all others, nothing is known.
_RESULTS = {"str": "str", "repr": "str", "len": "int", "bool": "bool", "int": "int"}


@frozen(eq=False)
class Closure:
    """A function of a file: its text, and the scope that it was made in."""

    node: ast.FunctionDef | ast.Lambda
    scope: Scope
    signature: Signature
    defaults: Mapping[str, Type]
    flow: Host


@frozen(eq=False)
class Registration:
    """A call of register_target; names of targets are literals, or variables of a scope."""

    name: object
    function: Type
    depends: tuple[object, ...] = ()


class Host(Protocol):
    """What following an expression needs of the file that it stands in."""

    language: Language

    def report(
        self, message: str, node: Node, receiver: str | None = None, at: Node | None = None
    ) -> None:
        """Notes what Starlark would say of a place, or of a part of it, in its words."""

    def choose(
        self, member: Member, given: Arguments, node: ast.Call, receiver: str | None
    ) -> None:
        """Notes values that aren't among the choices of their parameters."""

    def closure(
        self, node: ast.FunctionDef | ast.Lambda, scope: Scope, defaults: Mapping[str, Type]
    ) -> Closure:
        """A function that is made in a scope, with the types of its parameters' defaults."""

    def result(self, closure: Closure) -> Type:
        """What a call of a function returns."""

    def register(self, node: ast.Call, registration: Registration) -> None:
        """Notes a target."""


class Values:
    """Follows the expressions of one scope."""

    def __init__(self, host: Host, scope: Scope) -> None:
        self.host = host
        self.scope = scope
        self.made: dict[ast.AST, Closure] = {}
        """Functions made on the way; their bodies run later."""

    def value(self, node: ast.expr) -> Type:
        """What an expression may be; whatever is wrong in it is reported."""
        match node:
            case ast.Constant(value=value):
                return of_literal(value)
            case ast.Name(id=name):
                return self.name(name)
            case ast.Attribute():
                return self.attribute(node)
            case ast.Call():
                return self.call(node)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                name = "list" if isinstance(node, ast.List) else "tuple"
                return (Kind(name, items=tuple(self.value(each) for each in items)),)
            case ast.Dict(keys=keys, values=values):
                known = tuple(self.value(each) for each in keys if each)
                return (Kind("dict", keys=known, items=tuple(map(self.value, values))),)
            case ast.Lambda():
                return self.function(node)
            case ast.IfExp(test=test, body=body, orelse=other):
                self.condition(test)
                return join(self.value(body), self.value(other))
            case ast.BoolOp(values=values):
                return join(*(self.condition(each) for each in values))
            case ast.BinOp(left=left, right=right):
                return _operation(self.value(left), self.value(right), node)
            case ast.ListComp() | ast.DictComp():
                return self.comprehension(node)
            case ast.Subscript(value=value, slice=index):
                self.value(index)
                return _element(self.value(value)) if not isinstance(index, ast.Slice) else UNKNOWN
            case _:
                return self.parts(node)

    def parts(self, node: ast.expr) -> Type:
        """Of an expression of no interest, the expressions inside."""
        for each in ast.iter_child_nodes(node):
            if isinstance(each, ast.expr):
                self.value(each)
        if isinstance(node, ast.JoinedStr):
            return kind("str")
        is_test = isinstance(node, ast.Compare) or (
            isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        )
        return kind("bool") if is_test else UNKNOWN

    def name(self, name: str) -> Type:
        """What a name stands for: bound in the file, or given by the language."""
        found = self.scope.lookup(name)
        if found is not None:
            return found
        if member := self.host.language.functions.get(name):
            return (Kind("function", calls=member),)
        if value := self.host.language.values.get(name):
            return of_spelling(value.spelling, ())
        known = name in _RESULTS or name in self.host.language.types
        return (Kind("function", calls=name),) if known else UNKNOWN

    def attribute(self, node: ast.Attribute) -> Type:
        """A method or value of an object; of other things, nothing is known."""
        types = self.host.language.types
        owners = [each for each in self.value(node.value) if each.name != "None"]
        if not owners or any(each.name not in types for each in owners):
            return UNKNOWN
        found = [types[each.name].members.get(node.attr) for each in owners]
        if any(found):
            return join(*((Kind("function", calls=each),) for each in found if each))
        fields = [types[each.name].fields.get(node.attr) for each in owners]
        if any(fields):
            return join(*(of_script_type(each.type) for each in fields if each))
        receiver = owners[0].name if len(owners) == 1 else None
        message = f"Object of type `record` has no attribute `{node.attr}`"
        self.host.report(message, node, receiver)
        return UNKNOWN

    def call(self, node: ast.Call) -> Type:
        """What a call returns."""
        function = self.value(node.func)
        given = self.arguments(node)
        results = [self._result(each, given, node, len(function) == 1) for each in function]
        return join(*results)

    def arguments(self, node: ast.Call) -> Arguments:
        """The arguments of a call."""
        more = any(isinstance(each, ast.Starred) for each in node.args)
        positional = tuple(self.value(each) for each in node.args)
        pairs = [(each.arg, self.value(each.value)) for each in node.keywords]
        named = {name: type_ for name, type_ in pairs if name}
        return Arguments(positional, named, more, others=len(named) < len(pairs))

    def _result(self, function: Kind, given: Arguments, node: ast.Call, sure: bool) -> Type:
        match function.calls:
            case Member() as member:
                if sure:
                    self._check(member, given, node)
                return of_script_type(member.returns)
            case Closure() as closure:
                if sure:
                    self._compare(closure.signature, given, node, None)
                return self.host.result(closure)
            case str() as name:
                if name in self.host.language.types:
                    self.host.report(f"Missing parameter `_handle` for call to {name}", node)
                return kind(_RESULTS[name]) if name in _RESULTS else UNKNOWN
        return UNKNOWN

    def _check(self, member: Member, given: Arguments, node: ast.Call) -> None:
        receiver = self._receiver(member, node)
        self._compare(of_member(member), given, node, receiver)
        self.host.choose(member, given, node, receiver)
        if member.callback and any(each.name == "depends" for each in member.parameters):
            self.host.register(node, self._registration(of_member(member), node))

    def _compare(
        self, signature: Signature, given: Arguments, node: ast.Call, receiver: str | None
    ) -> None:
        for message, name in mistakes(signature, given):
            at = argument(signature, name, node) if name else None
            self.host.report(message, node, receiver, at)

    def _receiver(self, member: Member, node: ast.Call) -> str | None:
        if not isinstance(node.func, ast.Attribute):
            return None
        types = self.host.language.types.values()
        return next((t.name for t in types if t.members.get(member.name) is member), None)

    def _registration(self, signature: Signature, node: ast.Call) -> Registration:
        name, function, depends = (
            argument(signature, each, node) for each in ("name", "fn", "depends")
        )
        listed = _value(depends) if depends else ast.List(elts=[])
        # Dependencies that aren't listed here count as one of which nothing is known.
        names = listed.elts if isinstance(listed, ast.List) else [ast.Constant(None)]
        return Registration(
            self._target(_value(name)) if name else None,
            self.value(_value(function)) if function else UNKNOWN,
            tuple(map(self._target, names)),
        )

    def _target(self, node: ast.expr) -> object:
        """What tells a target's name: a literal, or a variable that has only one value."""
        known = self.value(node)
        if len(known) == 1 and known[0].value is not None:
            return known[0].value
        if isinstance(node, ast.Name) and self.scope.counts.get(node.id) == 1:
            return (self.scope, node.id)
        return None

    def function(self, node: ast.FunctionDef | ast.Lambda) -> Type:
        """A function that is made here; its defaults are evaluated here as well."""
        own = node.args
        places = own.args[len(own.args) - len(own.defaults) :]
        pairs = [*zip(places, own.defaults, strict=True)]
        pairs += [(a, d) for a, d in zip(own.kwonlyargs, own.kw_defaults, strict=True) if d]
        defaults = {each.arg: self.value(default) for each, default in pairs}
        made = self.made[node] = self.host.closure(node, self.scope, defaults)
        return (Kind("function", calls=made),)

    def condition(self, test: ast.expr) -> Type:
        """What is asked of a value makes it another one where the answer counts."""
        type_ = self.value(test)
        calls = (each for each in ast.walk(test) if isinstance(each, ast.Call))
        typed = {n for each in calls if _called(each) in _TYPE_TESTS for n in _names(each)}
        for name in _names(test):
            self.scope.ask(name, for_type=name in typed)
        return type_

    def comprehension(self, node: ast.ListComp | ast.DictComp) -> Type:
        """A list or a dict; its variables are gone after it."""
        with self._kept():
            for each in node.generators:
                self.bind(each.target, self.iterated(each.iter))
                for test in each.ifs:
                    self.condition(test)
            if isinstance(node, ast.ListComp):
                return (Kind("list", items=(self.value(node.elt),)),)
            keys, values = self.value(node.key), self.value(node.value)
            return (Kind("dict", keys=(keys,), items=(values,)),)

    @contextmanager
    def _kept(self) -> Iterator[None]:
        before, count = dict(self.scope.known), len(self.scope.bound)
        yield
        self.scope.known = before
        del self.scope.bound[count:]

    def iterated(self, node: ast.expr) -> Type:
        """What a loop over a value gives."""
        return _element(self.value(node), keys=True)

    def bind(self, target: ast.expr, type_: Type) -> None:
        """Assigns to whatever can stand before `=`."""
        match target:
            case ast.Name(id=name):
                self.scope.bind(name, _held(type_))
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                single = type_[0] if len(type_) == 1 else None
                exact = single is not None and len(single.items) == len(parts)
                for number, part in enumerate(parts):
                    self.bind(part, single.items[number] if single and exact else UNKNOWN)
            case _:
                self.parts(target)


def _value(given: ast.expr | ast.keyword) -> ast.expr:
    return given.value if isinstance(given, ast.keyword) else given


def _names(node: ast.AST) -> list[str]:
    return [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]


def _called(call: ast.Call) -> str | None:
    return call.func.id if isinstance(call.func, ast.Name) else None


def _held(type_: Type) -> Type:
    """A list or dict in a variable may be changed: what is in it isn't known any more."""
    return join(*((Kind(each.name) if each.items else each,) for each in type_))


def _element(type_: Type, *, keys: bool = False) -> Type:
    """What is in a list, a tuple or a dict (whose keys a loop gives)."""
    if len(type_) != 1 or type_[0].name not in ("list", "tuple", "dict"):
        return UNKNOWN
    return join(*(type_[0].keys if keys and type_[0].name == "dict" else type_[0].items))


def _operation(left: Type, right: Type, node: ast.BinOp) -> Type:
    names = [each.name for each in (*left, *right)]
    is_text = bool(left) and left[0].name == "str" and isinstance(node.op, ast.Mod)
    same = bool(left and right) and set(names) == {"str"} and isinstance(node.op, ast.Add)
    return kind("str") if is_text or same else UNKNOWN
