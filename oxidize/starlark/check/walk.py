"""Follows the statements of a body: the types of its variables, and what is wrong with it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from oxidize.starlark.check.kinds import NONE, UNKNOWN, Type, join, of_annotation
from oxidize.starlark.check.scope import Scope, assignments, merge
from oxidize.starlark.check.values import Host, Values

# A loop's body is looked at until nothing new comes out, but no more often than that.
_MOST_ROUNDS = 6


class Walk(Values):
    """One body of statements; `returns` are the types of what it returns."""

    def __init__(self, host: Host, scope: Scope) -> None:
        super().__init__(host, scope)
        self.returns: list[Type] = []

    def body(self, statements: Sequence[ast.stmt]) -> None:
        """Follows statements as far as they can be reached."""
        for each in statements:
            if not self.scope.alive:
                return
            self.statement(each)

    def statement(self, node: ast.stmt) -> None:
        """Follows one statement."""
        match node:
            case ast.Assign(targets=[target], value=value):
                self.assign(node, target, self.value(value))
            case ast.AnnAssign(target=target, annotation=annotation, value=value):
                found = self.value(value) if value else UNKNOWN
                stated = of_annotation(annotation, self.host.language.types)
                self.bind(target, stated or found)
            case ast.AugAssign(target=target, value=value):
                self.value(value)
                self.assign(node, target, UNKNOWN)
            case ast.Expr(value=value):
                self.value(value)
                self.scope.alive = not self.fails(value)
            case ast.Return(value=value):
                self.returns.append(self.value(value) if value else NONE)
                self.scope.alive = False
            case ast.If(test=test, body=body, orelse=other):
                self.condition(test)
                self.branches(body, other)
            case ast.For():
                self.loop(node)
            case ast.FunctionDef():
                self.scope.bind(node.name, self.function(node))
            case ast.Break() | ast.Continue():
                self.scope.alive = False

    def fails(self, node: ast.expr) -> bool:
        """Whether it is a call of the builtin function that never returns."""
        name = node.func if isinstance(node, ast.Call) else None
        is_fail = isinstance(name, ast.Name) and name.id == "fail"
        return is_fail and self.scope.lookup("fail") is None

    def assign(self, node: ast.Assign | ast.AugAssign, target: ast.expr, type_: Type) -> None:
        """Assigns; attributes of objects can't be assigned, whatever the object is."""
        if isinstance(target, ast.Attribute):
            owner = self.value(target.value)
            if all(each.name in self.host.language.types for each in owner):
                message = f"Operation `.{target.attr}=` not supported on type `record`"
                self.host.report(message, node, owner[0].name if len(owner) == 1 else None)
            return
        self.bind(target, type_)

    def branches(self, *bodies: Sequence[ast.stmt]) -> None:
        """Follows bodies of which one is run."""
        before = dict(self.scope.known)
        alive: list[dict[str, Type]] = []
        dead: list[dict[str, Type]] = []
        for body in bodies:
            self.scope.known, self.scope.alive = dict(before), True
            self.body(body)
            (alive if self.scope.alive else dead).append(self.scope.known)
        self.scope.known, self.scope.alive = merge(alive or dead), bool(alive)

    def loop(self, node: ast.For) -> None:
        """Follows a loop, whose body may see what an earlier round has bound."""
        iterated = self.value(node.iter)
        types = self.host.language.types
        if iterated and all(each.name in types for each in iterated):
            receiver = iterated[0].name if len(iterated) == 1 else None
            message = "Operation `(iter)` not supported on type `record`"
            self.host.report(message, node, receiver)
            self.scope.known |= {name: UNKNOWN for name, _ in assignments([node])}
            return
        start = len(self.scope.bound)
        before = dict(self.scope.known)
        for _ in range(_MOST_ROUNDS):
            seen = dict(self.scope.known)
            self.bind(node.target, self.iterated(node.iter))
            self.body(node.body)
            self.scope.known = self._after(before, start)
            self.scope.alive = True
            if self.scope.known == seen:
                return
        self.scope.known |= {name: UNKNOWN for name, _ in self.scope.bound[start:]}

    def _after(self, before: dict[str, Type], start: int) -> dict[str, Type]:
        """What holds after any number of rounds."""
        known = dict(before)
        for name, type_ in self.scope.bound[start:]:
            known[name] = join(known[name], type_) if name in known else type_
        return known
