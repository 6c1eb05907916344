"""The dry run: says what a build would run, and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from oxidize.cli.amounts import plural
from oxidize.cli.building import make_executor
from oxidize.cli.console import Console
from oxidize.cli.locking import LockOptions, foresee_lock
from oxidize.cli.options import BuildOptions
from oxidize.cli.scope import Scope
from oxidize.graph.action import SourceFile
from oxidize.graph.target import TargetOutputs

if TYPE_CHECKING:
    from oxidize.executor.preview import Foreseen
    from oxidize.executor.rewrites import Rewrites
    from oxidize.starlark.session import Session

# How many files are told by name.
_SHOWN = 5


def dry_run(
    scope: Scope,
    options: BuildOptions,
    locking: LockOptions,
    session: Session,
    targets: Mapping[str, TargetOutputs],
    folders: Mapping[str, Path],
    console: Console,
    *,
    prune: bool = True,
) -> int:
    """Runs and writes nothing; 1 if the build is sure to fail. Raises OxidizeError.

    `folders` and `prune` as for `build_targets`.
    """
    executor = make_executor(scope, options, lambda event: None, session, dry=True)
    changing = set()
    if foresee_lock(session, executor, locking, console):
        changing.add(SourceFile(str(session.settings.lock_file)))
    artifacts = [each for outputs in targets.values() for each in outputs.files.values()]
    seen = executor.preview(artifacts, changing)
    for action in seen.runs:
        _tell(action, console, explain=options.watch.explain)
    for failure in seen.result.failures:
        console.error(failure)
    if not seen.result.failures:
        for name, outputs in targets.items():
            _tell_files(name, executor.rewrites(outputs, seen, folders[name], prune=prune), console)
    would = sum(action.why is not None for action in seen.runs)
    may, cached = len(seen.runs) - would, seen.result.cached
    console.result(
        f"{plural(would, 'action')} would run, {may} may, {cached} cached; nothing was done",
        event="previewed",
        targets=list(targets),
        would_run=would,
        may_run=may,
        cached=cached,
        failed=len(seen.result.failures),
    )
    return 1 if seen.result.failures else 0


def _tell(action: Foreseen, console: Console, *, explain: bool) -> None:
    certain = action.why is not None
    what = f"{'would' if certain else 'may'} run {action.label}"
    fields: dict[str, object] = {
        "event": "would-run" if certain else "may-run",
        "label": action.label,
        "mnemonic": action.mnemonic,
    }
    if explain and action.why:
        from oxidize.cli.reasons import as_data, reason

        what = "\n".join(reason(what, action.why))
        fields["why"] = as_data(action.why)
    console.result(what, **fields)


def _tell_files(target: str, seen: Rewrites, console: Console) -> None:
    for what, files in (("write", seen.would), ("write", seen.may), ("remove", seen.remove)):
        word = "may" if files is seen.may else "would"
        if files:
            shown = ", ".join(files[:_SHOWN])
            more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
            console.result(
                f"{word} {what} {plural(len(files), 'file')} of {target}: {shown}{more}",
                event=f"{word}-{what}",
                target=target,
                files=files,
            )
