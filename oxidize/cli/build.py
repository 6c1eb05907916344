"""`oxidize build`: builds targets of a build.star."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from oxidize.cli.building import (
    Built,
    build_targets,
    counts,
    make_executor,
    tell_distributions,
    tell_failures,
)
from oxidize.cli.collecting import collect_daily
from oxidize.cli.console import Console
from oxidize.cli.locking import LockOptions, ensure_locked
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
from oxidize.cli.watching import watching
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
    from oxidize.cli.project import Project

    apply_talk_options(args, console)
    options = build_options(args)
    project = Project.load(options.project, console)
    targets = project.analyze(args.targets)
    folders = {name: project.folder_of(name) for name in targets}
    scope = project.scope("build", args.targets)
    locking = LockOptions(options.locked)
    if args.dry_run:
        from oxidize.cli.dry_run import dry_run

        return dry_run(scope, options, locking, project.session, targets, folders, console)
    with watching(scope, options, console, project.phases) as emit:
        executor = make_executor(scope, options, emit, project.session)
        ensure_locked(project.session, executor, locking, console)
        built = build_targets(targets, folders, executor)
    tell(targets, built, console)
    tell_distributions(built, console)
    collect_daily(console)
    return 1 if built.result.failures else 0


def tell(targets: Mapping[str, TargetOutputs], built: Built, console: Console) -> None:
    """What was built and where it is; with --keep-going, what wasn't; and all failures."""
    for name, outputs in targets.items():
        if name in built.written:
            _tell_target(name, outputs, built, console)
        elif built.written:
            console.result(f"{name} was not built", event="not-built", target=name)
    if built.result.failures:
        tell_failures(built.result, console)


def _tell_target(name: str, outputs: TargetOutputs, built: Built, console: Console) -> None:
    result = built.result
    path = built.folders[name] / _main_file(outputs)
    idle = result.ran == 0 and built.written[name] == 0
    shown = from_here(path)
    console.result(
        f"{name} is up to date: {shown}" if idle else f"built {name}: {shown} ({counts(result)})",
        event="built",
        target=name,
        path=str(path),
        files=sorted(outputs.files),
        ran=result.ran,
        cached=result.cached,
        written=built.written[name],
        seconds=round(result.seconds, 3),
    )


def _main_file(outputs: TargetOutputs) -> str:
    """What people look for: the program, or the one file, or else the whole folder."""
    if outputs.program:
        return outputs.program
    return next(iter(outputs.files)) if len(outputs.files) == 1 else ""
