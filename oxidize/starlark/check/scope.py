"""Scopes: which names a file or a function binds, and what is known of their values."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import define, field

from oxidize.starlark.check.kinds import UNKNOWN, Type, join, without_value
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
    asked: dict[str, bool] = field(factory=dict)
    """What conditions ask about; whether for its type, as opposed to its value."""

    def bind(self, name: str, type_: Type) -> None:
        """Gives a name a value."""
        self.known[name] = type_
        self.bound.append((name, type_))

    def ask(self, name: str, for_type: bool) -> None:
        """Where the answer counts, less is known: neither the value, nor whether it is None."""
        known = self.lookup(name)
        if known is not None:
            self.known[name] = UNKNOWN if for_type else without_value(known)
            self.asked[name] = for_type or self.asked.get(name, False)

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
            found = self.known.get(name) if self.counts[name] == 1 else UNKNOWN
        else:
            found = self.parent._captured(name) if self.parent else None
        if found and name in self.asked:
            return UNKNOWN if self.asked[name] else without_value(found)
        return UNKNOWN if found is None and name in self.counts else found


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


def _bound(body: Iterable[ast.stmt | ast.expr]) -> Counter[str]:
    """How often a body binds each name; what inner functions bind is their own."""
    counts = Counter(name for name, _ in assignments(body))
    for node in _nodes(body):
        if isinstance(node, ast.comprehension):
            # Its variables are gone after it: nothing is known of them later.
            names = (each.id for each in ast.walk(node.target) if isinstance(each, ast.Name))
            counts.update(names)
        if isinstance(node, ast.Expr) and (call := loading(node)):
            counts.update(name for name, _, _ in loaded_names(call))
    return counts


def assignments(
    body: Iterable[ast.stmt | ast.expr],
) -> Iterator[tuple[str, ast.Name | ast.FunctionDef]]:
    """The names that a body assigns and the functions that it defines, in their order."""
    for node in _nodes(body):
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node


def _nodes(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes of a body, but not what is inside of its functions."""
    waiting = [*body][::-1]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            waiting += [*ast.iter_child_nodes(node)][::-1]
