"""Building targets, as `build` and `run` do it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from oxidize.cli.amounts import counts, plural
from oxidize.cli.console import Console
from oxidize.cli.options import BuildOptions
from oxidize.cli.scope import Scope
from oxidize.executor.cache import ActionCache
from oxidize.executor.events import Event
from oxidize.executor.executor import Executor
from oxidize.executor.filecache import FileCache
from oxidize.executor.journal import Journal
from oxidize.executor.location import LAYOUT, cache_folder
from oxidize.executor.result import BuildResult
from oxidize.executor.sandbox import Sandbox
from oxidize.executor.store import Store
from oxidize.graph.action import Artifact, Output
from oxidize.graph.target import TargetOutputs

if TYPE_CHECKING:
    from oxidize.starlark.session import Session


@frozen
class Built:
    """What was built: where each target's outputs are, and how many files were written.

    `written` has the delivered targets only.
    """

    result: BuildResult
    store: Store
    folders: Mapping[str, Path]
    written: Mapping[str, int]


def build_targets(
    targets: Mapping[str, TargetOutputs],
    folders: Mapping[str, Path],
    executor: Executor,
    *,
    first: Sequence[Artifact] = (),
    prune: bool = True,
) -> Built:
    """Builds and writes the targets. If anything failed, none is written, or with --keep-going,
    those that it doesn't concern. What is `first` is built before all else.

    `prune`: each folder is its target's alone, and what an older build left there is removed.
    """
    if first:
        result = executor.build(first)
        if result.failures:
            return Built(result, executor.store, folders, {})
    result = executor.build(
        artifact for outputs in targets.values() for artifact in outputs.files.values()
    )
    if result.failures and not executor.keep_going:
        return Built(result, executor.store, folders, {})
    written = {
        name: executor.materialize(outputs, folders[name], prune=prune)
        for name, outputs in targets.items()
        if all(map(result.has, outputs.files.values()))
    }
    return Built(result, executor.store, folders, written)


def foreign_packages(session: Session) -> list[Artifact]:
    """Packages for other systems: that they aren't there for these is to show before anything is
    built for them."""
    return [each.first for each in session.requests if each.first]


def make_executor(
    scope: Scope,
    options: BuildOptions,
    emit: Callable[[Event], None],
    session: Session,
    *,
    dry: bool = False,
) -> Executor:
    """An executor over the user's cache directory; a `dry` one, for previews, writes nothing."""
    from oxidize.actions.registry import KINDS

    root = cache_folder(os.environ) / LAYOUT
    return Executor(
        Store(root),
        ActionCache(root / "actions", frozen=dry),
        FileCache(root / "files", str(scope.folder), frozen=dry),
        KINDS,
        jobs=options.jobs,
        emit=emit,
        keep_going=options.keep_going,
        decide=session.decide,
        journal=Journal(scope.journal),
        sandbox=_sandbox(scope, root) if options.sandbox else None,
    )


def _sandbox(scope: Scope, root: Path) -> Sandbox:
    """It hides the project, the cache and the home of the user, wherever these are."""
    project = scope.folder if scope.folder.is_dir() else scope.folder.parent
    home = Path(os.environ.get("HOME") or "/")
    return Sandbox((project.absolute(), root, home))


def tell_distributions(built: Built, console: Console) -> None:
    """The standalone CPythons that outputs are for. With -v, all, also what only compiled."""
    meant = {
        source.action
        for action in built.result.done
        for source in action.inputs.get("distribution", ())
        if isinstance(source, Output)
    }
    for action, entry in built.result.done.items():
        chosen = action in meant and action.mnemonic == "standalone-import"
        if (chosen or console.verbosity > 0) and (found := entry.outputs.get("distribution")):
            with contextlib.suppress(FileNotFoundError):  # someone emptied the store just now
                name = action.label.removeprefix("read ")
                _tell_distribution(name, built.store.path(found.digest), console)


def _tell_distribution(name: str, path: Path, console: Console) -> None:
    """Which CPython it is; a row of the catalogue has a name itself."""
    from oxidize.distributions.description import Description

    each = Description.load(path)
    kind, title = f"{each.source} distribution", f"CPython {each.version}"
    if name.startswith("CPython "):
        title = name
    elif each.source == "standalone":
        kind = f"{kind}, {name}"
    console.say(f"{title} ({kind}), for {each.triple}")


def tell_failures(result: BuildResult, console: Console) -> None:
    """All failures, each once, and what became of the rest."""
    for failure in result.failures:
        console.error(failure)
    console.say(f"{plural(len(result.failures), 'action')} failed ({counts(result)})")
