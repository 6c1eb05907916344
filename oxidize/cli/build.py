"""`oxidize build`: builds targets of a build.star."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from oxidize.cli.amounts import counts
from oxidize.cli.console import Console
from oxidize.cli.memory import Delivered, Memory, Recalled
from oxidize.cli.options import (
    add_build_options,
    add_project_options,
    add_talk_options,
    add_watch_options,
    apply_talk_options,
    build_options,
)
from oxidize.cli.parser import Parser
from oxidize.cli.places import from_here
from oxidize.cli.scope import scope_of
from oxidize.cli.verdict import Verdict, verdicts_of
from oxidize.cli.watching import watching
from oxidize.executor.result import BuildResult
from oxidize.lookup import recording

if TYPE_CHECKING:
    from oxidize.cli.building import Built
    from oxidize.graph.target import TargetOutputs


def configure(parser: Parser) -> None:
    """Arguments of `build`."""
    parser.add_argument(
        "targets", metavar="TARGET", nargs="*", help="what to build (default: the default target)"
    )
    add_project_options(parser)
    add_build_options(parser)
    add_watch_options(parser)
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Builds; tells where the outputs are."""
    apply_talk_options(args, console)
    options = build_options(args)
    scope = scope_of("build", options.project, args.targets)
    memory = Memory(scope, options, console)
    if not args.dry_run and (recalled := memory.recall()):
        _tell_recalled(recalled, console)
        return 0
    with recording(memory.looks):
        return _build(args, memory)


def _build(args: argparse.Namespace, memory: Memory) -> int:
    # Imported late: an unchanged build needs nothing of it.
    from oxidize.cli.building import (
        build_targets,
        foreign_packages,
        make_executor,
        tell_distributions,
    )
    from oxidize.cli.locking import LockOptions, ensure_locked
    from oxidize.cli.project import Project

    scope, options, console = memory.scope, memory.options, memory.console
    project = Project.load(options.project, console)
    targets = project.analyze(args.targets)
    folders = {name: project.folder_of(name) for name in targets}
    locking = LockOptions(options.locked)
    if args.dry_run:
        from oxidize.cli.dry_run import dry_run

        return dry_run(scope, options, locking, project.session, targets, folders, console)
    with watching(scope, options, console, project.phases) as emit:
        executor = make_executor(scope, options, emit, project.session)
        ensure_locked(project.session, executor, locking, console)
        first = foreign_packages(project.session)
        built = build_targets(targets, folders, executor, first=first)
    tell(targets, built, console)
    verdicts = tuple(verdicts_of(built))
    _tell_verdicts(verdicts, console)
    tell_distributions(built, console)
    memory.keep(executor, targets, built, verdicts)
    return 1 if built.result.failures else 0


def _tell_recalled(recalled: Recalled, console: Console) -> None:
    result = BuildResult(0, recalled.actions, recalled.seconds, (), {}, {})
    for each in recalled.targets:
        _tell_target(each, result, 0, console)
    _tell_verdicts(recalled.verdicts, console)


def _tell_verdicts(verdicts: Iterable[Verdict], console: Console) -> None:
    for each in verdicts:
        each.tell(console)


def tell(targets: Mapping[str, TargetOutputs], built: Built, console: Console) -> None:
    """What was built and where it is; with --keep-going, what wasn't; and all failures."""
    for name, outputs in targets.items():
        if name in built.written:
            each = Delivered.of(name, outputs, built.folders[name])
            _tell_target(each, built.result, built.written[name], console)
        elif built.written:
            console.result(f"{name} was not built", event="not-built", target=name)
    if built.result.failures:
        from oxidize.cli.building import tell_failures

        tell_failures(built.result, console)


def _tell_target(target: Delivered, result: BuildResult, written: int, console: Console) -> None:
    path = target.folder / _main_file(target)
    idle = result.ran == 0 and written == 0
    shown = from_here(path)
    text = f"built {target.name}: {shown} ({counts(result)})"
    console.result(
        f"{target.name} is up to date: {shown}" if idle else text,
        event="built",
        target=target.name,
        path=str(path),
        files=target.files,
        ran=result.ran,
        cached=result.cached,
        written=written,
        seconds=round(result.seconds, 3),
    )


def _main_file(target: Delivered) -> str:
    """What people look for: the program, or the one file, or else the whole folder."""
    return target.program or (target.files[0] if len(target.files) == 1 else "")
