"""setup.py: the arguments of its call of setup(), as far as they stand there literally."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from attrs import frozen

from oxidize.python_source import parse


@frozen
class SetupCall:
    """Keyword -> value; `computed` are keywords whose values only executing it would tell."""

    values: Mapping[str, object]
    computed: frozenset[str] = frozenset()


def read_setup_call(text: str) -> SetupCall:
    """Reads a setup.py without executing it. Raises SyntaxError."""
    tree = parse(text, "setup.py")
    inline = _Inline(dict(_constants(tree)))
    values: dict[str, object] = {}
    computed = set()
    for name, node in _keywords(tree, inline):
        try:
            values[name] = ast.literal_eval(inline.visit(node))
        except (ValueError, TypeError):
            computed.add(name)
    return SetupCall(values, frozenset(computed))


def _keywords(tree: ast.Module, inline: _Inline) -> Iterator[tuple[str, ast.expr]]:
    """The arguments of setup(...) and setuptools.setup(...), also those of a `**` dictionary."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or _name(node.func) != "setup":
            continue
        for keyword in node.keywords:
            if keyword.arg is not None:
                yield keyword.arg, keyword.value
                continue
            table = inline.visit(keyword.value)
            if isinstance(table, ast.Dict):
                for key, value in zip(table.keys, table.values, strict=True):
                    if isinstance(key, ast.Constant):
                        yield str(key.value), value


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """The names that the file's top level gives values, each once."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            yield _name(node.targets[0]), node.value


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_formatted(node: ast.FormattedValue) -> bool:
    return node.conversion != -1 or node.format_spec is not None


class _Inline(ast.NodeTransformer):
    """Puts the values of constants in place of their names, also in f-strings and dict(...)."""

    def __init__(self, constants: Mapping[str, ast.expr]) -> None:
        self._constants = dict(constants)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A constant's own value may name others, but not itself."""
        value = self._constants.pop(node.id, None)
        if value is None:
            return node
        try:
            return self._expression(value)
        finally:
            self._constants[node.id] = value

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        """An f-string is a plain one if all that it holds is."""
        if any(isinstance(e, ast.FormattedValue) and _is_formatted(e) for e in node.values):
            return node
        parts = [
            self._expression(each.value) if isinstance(each, ast.FormattedValue) else each
            for each in node.values
        ]
        texts = [str(each.value) for each in parts if isinstance(each, ast.Constant)]
        return ast.Constant("".join(texts)) if len(texts) == len(parts) else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """dict(a = b) is {"a": b}."""
        if _name(node.func) != "dict" or node.args or not all(each.arg for each in node.keywords):
            return node
        keys: list[ast.expr | None] = [ast.Constant(each.arg) for each in node.keywords]
        return ast.Dict(keys, [self._expression(each.value) for each in node.keywords])

    def _expression(self, node: ast.expr) -> ast.expr:
        found = self.visit(node)
        assert isinstance(found, ast.expr)
        return found
