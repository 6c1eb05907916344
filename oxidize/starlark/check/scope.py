"""Scopes: which names a file or a function binds, and what is known of their values."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from attrs import define, field

from oxidize.starlark.check.kinds import UNKNOWN, Type, join
from oxidize.starlark.check.tree import all_arguments, loaded_names, loading


@define(eq=False)
class Scope:
    """One file, function or lambda; `counts` says how often it binds each of its names."""

    counts: Mapping[str, int]
    parent: Scope | None = None
    known: dict[str, Type] = field(factory=dict)
    """What holds at the place that is being looked at."""
    alive: bool = True
    """Whether that place can be reached."""
    bound: list[tuple[str, Type]] = field(factory=list)
    """All that was ever bound, in order."""

    def bind(self, name: str, type_: Type) -> None:
        """Gives a name a value."""
        self.known[name] = type_
        self.bound.append((name, type_))

    def lookup(self, name: str) -> Type | None:
        """What a name stands for here; None if it isn't bound in any scope."""
        if name in self.known:
            return self.known[name]
        if name in self.counts:
            return UNKNOWN
        return self.parent._captured(name) if self.parent else None

    def _captured(self, name: str) -> Type | None:
        """Inner functions run later: they see the value of a name for sure if it has only one."""
        if name in self.counts:
            return self.known.get(name, UNKNOWN) if self.counts[name] == 1 else UNKNOWN
        return self.parent._captured(name) if self.parent else None


def merge(ends: Sequence[Mapping[str, Type]]) -> dict[str, Type]:
    """What is known where several paths meet; a name that one of them lacks can't be used there."""
    names = dict.fromkeys(name for each in ends for name in each)
    return {name: join(*(each[name] for each in ends if name in each)) for name in names}


def file_scope(module: ast.Module) -> Scope:
    """The scope of a file."""
    return Scope(_bound(module.body))


def function_scope(function: ast.FunctionDef | ast.Lambda, parent: Scope) -> Scope:
    """The scope of a call of a function."""
    body = function.body if isinstance(function, ast.FunctionDef) else [function.body]
    counts = _bound(body)
    counts.update(each.arg for each in all_arguments(function))
    return Scope(counts, parent)


def _bound(body: Iterable[ast.AST]) -> Counter[str]:
    collector = _Collector()
    for each in body:
        collector.visit(each)
    return collector.names


class _Collector(ast.NodeVisitor):
    """Counts bindings, without those inside of inner functions."""

    def __init__(self) -> None:
        self.names: Counter[str] = Counter()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.names[node.name] += 1

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Its names are its own."""

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.names[node.id] += 1

    def visit_comprehension(self, node: ast.comprehension) -> None:
        # Its variable has many values, and is gone after it: nothing is known of it later.
        for each in ast.walk(node.target):
            if isinstance(each, ast.Name):
                self.names[each.id] += 1
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if call := loading(node):
            self.names.update(name for name, _, _ in loaded_names(call))
        self.generic_visit(node)
