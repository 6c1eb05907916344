"""Lints of statements and names: what is unused, unreachable, without effect, or said twice."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

import starlark

from oxidize.errors import Span
from oxidize.objects.language import Language
from oxidize.starlark.build_file import BUILD_FILE
from oxidize.starlark.check.lint import Lint
from oxidize.starlark.check.scope import assignments
from oxidize.starlark.check.tree import Tree, all_arguments, loaded_names
from oxidize.starlark.diagnose.names import BUILTIN

# Of Starlark's own lints, those that are meant here: our name, and what we say.
_OWN = {
    "unused-load": ("load", '"{1}" is loaded and never used'),
    "misplaced-load": ("load-on-top", "load() stands below other statements"),
    "unreachable": ("unreachable", "this can't be reached"),
    "duplicate-key": ("duplicate-key", "the key {0} is given twice"),
    "missing-return": ("return-value", "{1}() returns a value on some paths only"),
    "missing-return-expression": ("return-value", "this return gives no value, others do"),
}
_HELP = {"load-on-top": "move it to the top of the file"}
_EFFECTLESS = (
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Compare,
    ast.BinOp,
    ast.UnaryOp,
    ast.List,
    ast.Dict,
    ast.Tuple,
    ast.Lambda,
    ast.JoinedStr,
)


def starlark_lints(tree: Tree) -> Iterator[Lint]:
    """What Starlark's own linter finds."""
    for each in tree.parsed.lint():
        if each.short_name not in _OWN or _registers(tree, each):
            continue
        name, message = _OWN[each.short_name]
        words = re.findall("`(.*?)`", each.problem, re.DOTALL)
        span = _narrowed(tree, each)
        yield Lint(name, span, message.format(*words), _HELP.get(name))


def _registers(tree: Tree, each: starlark.Lint) -> bool:
    """Whether it is about a load that has an effect without its names: a build file's targets."""
    line = each.resolved_location.span.begin.line + 1
    return each.short_name == "unused-load" and any(
        label.endswith(f":{BUILD_FILE}") and call.lineno <= line <= (call.end_lineno or line)
        for call, label in tree.loads()
    )


def _narrowed(tree: Tree, each: starlark.Lint) -> Span:
    """Of a whole function, its first line."""
    begin, end = each.resolved_location.span.begin, each.resolved_location.span.end
    if each.short_name == "missing-return":
        return tree.source.line_span(begin.line + 1)
    return Span(tree.source.file, begin.line + 1, begin.column + 1, end.line + 1, end.column + 1)


def unused_variables(tree: Tree) -> Iterator[Lint]:
    """Variables and functions inside of functions that nothing reads; private ones of the file."""
    for function in ast.walk(tree.module):
        if isinstance(function, ast.FunctionDef):
            yield from _unread(tree, function, lambda name: name[0] != "_")
    yield from _unread(tree, tree.module, lambda name: name[0] == "_" and name != "_")


def _unread(
    tree: Tree, owner: ast.FunctionDef | ast.Module, counts: Callable[[str], bool]
) -> Iterator[Lint]:
    read = _read(owner)
    told: set[str] = set()
    for name, node in assignments(owner.body):
        if name in read or name in told or not counts(name):
            continue
        told.add(name)
        is_function = isinstance(node, ast.FunctionDef)
        span = tree.name_span(node) if isinstance(node, ast.FunctionDef) else tree.span(node)
        help = "remove it" if is_function else "remove it; a loop's variable can be called _"
        yield Lint("unused-variable", span, f'"{name}" is never used', help)


def _read(owner: ast.AST) -> set[str]:
    """The names that are read anywhere inside."""
    names = (each for each in ast.walk(owner) if isinstance(each, ast.Name))
    return {each.id for each in names if isinstance(each.ctx, ast.Load)}


def same_origin(tree: Tree) -> Iterator[Lint]:
    """Two load() statements of one file."""
    seen: dict[str, int] = {}
    for call, label in tree.loads():
        if label in seen:
            message = f'"{label}" is loaded in line {seen[label]} as well'
            yield Lint("same-origin-load", tree.span(call), message, "write one load()")
        seen.setdefault(label, call.lineno)


def redefined(tree: Tree) -> Iterator[Lint]:
    """Names of the file that are given a value twice, one after the other."""
    first: dict[str, int] = {}
    for name, span in _top_level(tree):
        if name in first:
            message = f'"{name}" has a value since line {first[name]}'
            yield Lint("redefined-variable", span, message, "use another name")
        first.setdefault(name, span.line)


def _top_level(tree: Tree) -> Iterator[tuple[str, Span]]:
    for call, _ in tree.loads():
        for name, _, node in loaded_names(call):
            yield name, tree.span(node)
    for statement in tree.module.body:
        if isinstance(statement, ast.FunctionDef):
            yield statement.name, tree.name_span(statement)
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        for each in targets:
            if isinstance(each, ast.Name):
                yield each.id, tree.span(each)


def no_effect(tree: Tree) -> Iterator[Lint]:
    """Values that nothing is done with."""
    for node in ast.walk(tree.module):
        if isinstance(node, ast.Expr) and isinstance(node.value, _EFFECTLESS):
            yield Lint("no-effect", tree.span(node), "nothing is done with this value")


def self_comparison(tree: Tree) -> Iterator[Lint]:
    """Comparisons of something with itself."""
    for node in ast.walk(tree.module):
        if isinstance(node, ast.Compare) and _same(node.left, node.comparators[0]):
            yield Lint("self-comparison", tree.span(node), "this compares a value with itself")


def _same(left: ast.expr, right: ast.expr) -> bool:
    """Whether two expressions are the same text; two calls may give two values."""
    calls = any(isinstance(each, ast.Call) for each in ast.walk(left))
    return not calls and ast.dump(left) == ast.dump(right)


def shadowed(tree: Tree, language: Language) -> Iterator[Lint]:
    """Names that hide a builtin function, or a name of the language."""
    known = {*BUILTIN, *language.functions, *language.types, *language.values}
    for name, span in _bindings(tree):
        if name in known:
            yield Lint("shadowed-builtin", span, f'"{name}" hides the builtin of that name')


def _bindings(tree: Tree) -> Iterator[tuple[str, Span]]:
    for call, _ in tree.loads():
        yield from ((name, tree.span(node)) for name, _, node in loaded_names(call))
    for node in ast.walk(tree.module):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, tree.span(node)
        if isinstance(node, ast.FunctionDef):
            yield node.name, tree.name_span(node)
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            yield from ((each.arg, tree.span(each)) for each in all_arguments(node))


def unused_functions(tree: Tree) -> Iterator[Lint]:
    """Functions of a build file that neither a target nor anything else uses."""
    used = _read(tree.module)
    for each in tree.module.body:
        if isinstance(each, ast.FunctionDef) and each.name not in used and each.name[0] != "_":
            message = f"{each.name}() is never used"
            help = f'did you forget register_target("{each.name}", {each.name})?'
            yield Lint("unused-function", tree.name_span(each), message, help)
