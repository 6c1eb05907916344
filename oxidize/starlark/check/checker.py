"""The checker: all that is found in a set of files, in the order of files and places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from attrs import evolve, frozen

from oxidize.errors import BuildFileError, Diagnostic, Span
from oxidize.objects.settings import Settings
from oxidize.starlark.bridge import bridge
from oxidize.starlark.check.evaluation import evaluate, evaluate_rules
from oxidize.starlark.check.lint import Lint, audible, silences, unknown_names
from oxidize.starlark.check.lint_docs import function_docstrings, module_docstring
from oxidize.starlark.check.lint_statements import (
    no_effect,
    redefined,
    same_origin,
    self_comparison,
    shadowed,
    starlark_lints,
    unused_functions,
    unused_variables,
)
from oxidize.starlark.check.tree import Tree
from oxidize.starlark.check.trees import Libraries, Trees, language_of
from oxidize.starlark.labels import Location, is_private
from oxidize.starlark.loader import Loader
from oxidize.starlark.sources import Sources
from oxidize.starlark.trial_files import SUFFIX


@frozen
class Report:
    """What a check found."""

    files: int
    findings: tuple[Diagnostic, ...]

    def count(self, severity: str) -> int:
        """How many findings are of a severity."""
        return sum(each.severity == severity for each in self.findings)


def check(
    files: Sequence[Location],
    settings: Settings,
    libraries: Libraries,
    emit_print: Callable[[str], None],
) -> Report:
    """Parses, evaluates, type-checks and lints files.

    `settings` are those of any build file; its path is replaced.
    """
    sources = Sources()
    loader = Loader(settings, bridge(), sources, {})
    trees = Trees(loader, sources, libraries)
    found: list[Diagnostic] = []
    parsed: list[Tree] = []
    for location in files:
        try:
            parsed.append(trees.tree(location))
        except BuildFileError as error:
            found.append(error.diagnostic)
    found += _evaluated(parsed, settings, libraries, emit_print)
    loaded = {t.location.path for each in parsed for t in _loaded(each, trees)}
    for each in parsed:
        found += _static(each, trees, each.location.path in loaded)
    return Report(len(files), tuple(sorted(_distinct(found), key=_place)))


def _loaded(tree: Tree, trees: Trees) -> Iterator[Tree]:
    for _, label in tree.loads():
        if loaded := trees.loaded(tree, label):
            yield loaded


def _evaluated(
    parsed: Iterable[Tree],
    settings: Settings,
    libraries: Libraries,
    emit_print: Callable[[str], None],
) -> Iterator[Diagnostic]:
    seen: set[Path] = set()
    for tree in sorted(parsed, key=lambda each: not each.is_build_file):
        path = tree.location.path
        try:
            own = evolve(settings, libraries=libraries(tree.location.root))
        except BuildFileError as error:
            yield error.diagnostic
            continue
        if tree.is_build_file:
            found, files = evaluate(evolve(own, path=path), emit_print)
            seen.update(files)
            yield from found
        elif path not in seen:
            yield from evaluate_rules(tree, own, emit_print)


def _static(tree: Tree, trees: Trees, loaded: bool) -> list[Diagnostic]:
    comments = list(silences(tree))
    lints = [*_lints(tree, trees, loaded), *unknown_names(comments)]
    types = [*trees.flow(tree).found.values(), *trees.typed(tree)[0]]
    return audible([*types, *(each.diagnostic() for each in lints)], comments)


def _lints(tree: Tree, trees: Trees, loaded: bool) -> Iterator[Lint]:
    yield from starlark_lints(tree)
    yield from unused_variables(tree)
    yield from same_origin(tree)
    yield from redefined(tree)
    yield from no_effect(tree)
    yield from self_comparison(tree)
    yield from shadowed(tree, language_of(tree.location.path))
    if tree.is_build_file:
        yield from () if loaded else unused_functions(tree)
    elif not tree.location.path.name.endswith(SUFFIX):
        yield from module_docstring(tree)
        if not is_private(tree.location):
            yield from function_docstrings(tree)


def _distinct(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Each finding once: an evaluation, the types' flow and Starlark's types may tell the same."""
    kept: list[Diagnostic] = []
    for each in found:
        if not any(_same(each, other) for other in kept):
            kept.append(each)
    return kept


def _same(left: Diagnostic, right: Diagnostic) -> bool:
    if (left.code, left.message, left.span) == (right.code, right.message, right.span):
        return True
    # Two evaluations of a place may well end differently.
    if left.stack or left.span is None or right.span is None:
        return False
    if "warning" in (left.severity, right.severity):
        return False
    return left.span == right.span or (left.code == right.code and _overlap(left.span, right.span))


def _overlap(left: Span, right: Span) -> bool:
    def ends_before(first: Span, second: Span) -> bool:
        return (first.end_line, first.end_column) <= (second.line, second.column)

    return left.file == right.file and not (ends_before(left, right) or ends_before(right, left))


def _place(found: Diagnostic) -> tuple[str, int, int, str]:
    span = found.span
    return (span.file, span.line, span.column, found.code) if span else ("", 0, 0, found.code)
