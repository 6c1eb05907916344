"""The dry run: says what a build would run, and why."""

from __future__ import annotations

from collections.abc import Mapping
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
    from oxidize.starlark.session import Session


def dry_run(
    scope: Scope,
    options: BuildOptions,
    locking: LockOptions,
    session: Session,
    targets: Mapping[str, TargetOutputs],
    console: Console,
) -> int:
    """Runs and writes nothing; 1 if the build is sure to fail. Raises OxidizeError."""
    executor = make_executor(scope, options, lambda event: None, session, dry=True)
    changing = set()
    if foresee_lock(session, executor, locking, console):
        changing.add(SourceFile(str(session.settings.lock_file)))
    artifacts = [each for outputs in targets.values() for each in outputs.files.values()]
    seen = executor.preview(artifacts, changing)
    for action in seen.runs:
        _tell(action, console, explain=options.watch.explain)
    for failure in seen.failures:
        console.error(failure)
    would = sum(action.why is not None for action in seen.runs)
    may = len(seen.runs) - would
    console.result(
        f"{plural(would, 'action')} would run, {may} may, {seen.cached} cached; nothing was done",
        event="previewed",
        targets=list(targets),
        would_run=would,
        may_run=may,
        cached=seen.cached,
        failed=len(seen.failures),
    )
    return 1 if seen.failures else 0


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
