"""A loop over resources, and the line that does the same with the whole collection.

`for resource in exe.pip_install(...)` was the way to change resources one by one.
"""

from __future__ import annotations

import ast

from attrs import define, field

from oxidize.errors import Span
from oxidize.python_source import parse
from oxidize.starlark.diagnose.expressions import cut, negated
from oxidize.starlark.sources import Source

_ADDERS = ("add_python_resource", "add_python_resources")


def whole_collection(source: Source, place: Span) -> str | None:
    """The line to write in place of the loop that begins there, if it can be said in one."""
    try:
        module = parse(source.text, place.file)
    except SyntaxError:
        return None
    for node in ast.walk(module):
        if isinstance(node, ast.For) and node.lineno == place.line:
            return _Rewriting(source.text, node).line()
    return None


@define
class _Rewriting:
    """One loop, its statements turned one by one into methods of the collection."""

    text: str
    node: ast.For
    methods: list[str] = field(factory=list)

    def line(self) -> str | None:
        """The whole line; None if a statement can't be turned into one of these methods."""
        for statement in self.node.body:
            adder = self._adder(statement)
            if adder is not None:
                return self._added(adder) if statement is self.node.body[-1] else None
            if not self._turned(statement):
                return None
        return None

    def _turned(self, statement: ast.stmt) -> bool:
        location = self._assigned(statement, "add_location")
        if location and not self._names_resource(location):
            self.methods.append(f".relocate({self._cut(location)})")
            return True
        match statement:
            case ast.If(test=test, body=[inner], orelse=[]):
                if self._drops(inner):
                    self._filter(self._opposite(test))
                    return True
        return False

    def _adder(self, statement: ast.stmt) -> ast.Call | None:
        """The call that adds the resource, under a condition or not."""
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name), args=args) as call):
                if name in _ADDERS and args and self._is_resource(args[-1]):
                    return None if any(map(self._names_resource, args[:-1])) else call
            case ast.If(test=test, body=[inner], orelse=[]):
                if found := self._adder(inner):
                    self._filter(self._shown(test))
                return found
        return None

    def _added(self, call: ast.Call) -> str:
        assert isinstance(call.func, ast.Attribute)
        before = "".join(f"{self._cut(each)}, " for each in call.args[:-1])
        what = self._cut(self.node.iter) + "".join(self.methods)
        return f"{self._cut(call.func.value)}.add_python_resources({before}{what})"

    def _drops(self, statement: ast.stmt) -> bool:
        include = self._assigned(statement, "add_include")
        left_out = isinstance(include, ast.Constant) and include.value is False
        return left_out or isinstance(statement, ast.Continue)

    def _filter(self, condition: str) -> None:
        self.methods.append(f".filter(lambda {self._cut(self.node.target)}: {condition})")

    def _shown(self, test: ast.expr) -> str:
        shown = self._cut(test)
        return shown if _is_bool(test) else f"bool({shown})"

    def _opposite(self, test: ast.expr) -> str:
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._shown(operand)
        return negated(self.text, test)

    def _assigned(self, statement: ast.stmt, name: str) -> ast.expr | None:
        """The value that a setting of the resource gets."""
        match statement:
            case ast.Assign(targets=[ast.Attribute(value=owner, attr=attr)], value=value):
                return value if attr == name and self._is_resource(owner) else None
        return None

    def _is_resource(self, node: ast.AST) -> bool:
        target = self.node.target
        return isinstance(node, ast.Name) and isinstance(target, ast.Name) and node.id == target.id

    def _names_resource(self, node: ast.expr) -> bool:
        return any(map(self._is_resource, ast.walk(node)))

    def _cut(self, node: ast.expr) -> str:
        return cut(self.text, node)


def _is_bool(test: ast.expr) -> bool:
    """Whether a condition is True or False for sure, as a filter has to be."""
    match test:
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Attribute(attr=name) | ast.Call(func=ast.Attribute(attr=name)):
            return name.startswith("is_") or name in ("startswith", "endswith")
        case ast.BoolOp(values=values):
            return all(map(_is_bool, values))
    return False
