"""Load and analysis as a check: each build file with all its targets, and rules that none loads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from attrs import evolve

from oxidize.errors import Diagnostic, InternalError, OxidizeError, Span
from oxidize.objects.settings import Settings
from oxidize.starlark.bridge import Bridge, bridge
from oxidize.starlark.build_file import BUILD_FILE
from oxidize.starlark.check.scope import file_scope
from oxidize.starlark.check.tree import Tree, loaded_names
from oxidize.starlark.check.trees import is_for_tests
from oxidize.starlark.labels import label_of
from oxidize.starlark.session import Session
from oxidize.starlark.trial import testing_bridge
from oxidize.starlark.trial_files import CALLER

Print = Callable[[str], None]


def evaluate(
    settings: Settings, emit_print: Print, bridge: Callable[[], Bridge] = bridge
) -> tuple[list[Diagnostic], tuple[Path, ...]]:
    """What loading a build file and analysing its targets ends with, and the files that it loads.

    Nothing is built, run, fetched or written.
    """
    try:
        session = Session.load(settings, emit_print, bridge=bridge)
    except OxidizeError as error:
        return [_diagnostic(error)], ()
    return list(_analysis(session)), session.files


def _analysis(session: Session) -> Iterator[Diagnostic]:
    """The error of each target; one that depends on a failed one has none of its own."""
    try:
        session.resolve([])
    except OxidizeError as error:
        file = str(session.settings.path)
        yield evolve(error.diagnostic, span=Span(file, 1, 1, 1, 1))
    # One after the other costs a pass each, which only tells errors apart.
    try:
        session.analyze(list(session.targets))
    except OxidizeError:
        yield from _errors_by_target(session)


def _errors_by_target(session: Session) -> Iterator[Diagnostic]:
    failed: set[str] = set()
    waiting = list(session.targets.values())
    while waiting:
        target = waiting.pop(0)
        if any(each.name in target.depends for each in waiting):
            waiting.append(target)
        elif failed.intersection(target.depends):
            failed.add(target.name)
        else:
            try:
                session.analyze([target.name])
            except OxidizeError as error:
                failed.add(target.name)
                yield _diagnostic(error)


def evaluate_rules(tree: Tree, settings: Settings, emit_print: Print) -> list[Diagnostic]:
    """What loading a file of rules ends with, as a build file at its root would load it."""
    names = _public_names(tree)
    if not names:
        return []
    path = tree.location.path.relative_to(tree.location.root)
    text = f'load("{label_of("", path)}", "{names[0]}")\n'
    for_tests = is_for_tests(tree.location.path)
    # Tests may load the build file, so what loads them is another one.
    caller = tree.location.root / (CALLER if for_tests else BUILD_FILE)
    made = testing_bridge if for_tests else bridge
    found, _ = evaluate(evolve(settings, path=caller, text=text), emit_print, made)
    return [each for each in found if each.span is None or each.span.file != str(caller)]


def _public_names(tree: Tree) -> list[str]:
    loaded = {name for call, _ in tree.loads() for name, _, _ in loaded_names(call)}
    names = file_scope(tree.module).counts
    return [name for name in names if name not in loaded and not name.startswith("_")]


def _diagnostic(error: OxidizeError) -> Diagnostic:
    if isinstance(error, InternalError):
        raise error
    return error.diagnostic
