"""Building targets, as `build` and `run` do it."""

from __future__ import annotations

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
from oxidize.graph.action import Artifact
from oxidize.graph.target import TargetOutputs

if TYPE_CHECKING:
    from oxidize.distributions.description import Description
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
    """The CPythons that went into what was built: those that were chosen; with -v, all."""
    found = [
        (action, entry.outputs["distribution"])
        for action, entry in built.result.done.items()
        if "distribution" in entry.outputs
        and (console.verbosity > 0 or action.mnemonic == "standalone-import")
    ]
    if not found:
        return
    from oxidize.distributions.description import Description
    from oxidize.packages.platforms import WHEELS_OF, minor

    installed = (each for each in built.result.done if each.mnemonic == "install-packages")
    floor = max((str(each.params["glibc"]) for each in installed), key=minor, default=WHEELS_OF)
    for action, output in found:
        try:
            each = Description.load(built.store.path(output.digest))
        except FileNotFoundError:
            continue  # someone emptied the store just now
        console.say(_told(each, action.label.removeprefix("read "), floor))


def _told(each: Description, name: str, floor: str) -> str:
    """Which CPython it is, and which systems run it; a row of the catalogue has a name itself, and
    `floor` is the oldest glibc that wheels were taken for."""
    from oxidize.packages.platforms import wheel_libc

    kind, title = f"{each.source} distribution", f"CPython {each.version}"
    if name.startswith("CPython "):
        title = name
    elif each.source == "standalone":
        kind = f"{kind}, {name}"
    if each.libc == "musl":
        needs = "needs no C library" if each.static else "needs musl"
        return f"{title} ({kind}), for {each.triple}, {needs}"
    newest = wheel_libc(each.libc, floor)
    wheels = "" if newest == each.libc else f", and wheels up to {newest.replace('-', ' ')}"
    libc = each.libc.replace("-", " ")
    return f"{title} ({kind}), for {each.triple}, needs {libc} or newer{wheels}"


def tell_failures(result: BuildResult, console: Console) -> None:
    """All failures, each once, and what became of the rest."""
    for failure in result.failures:
        console.error(failure)
    console.say(f"{plural(len(result.failures), 'action')} failed ({counts(result)})")
