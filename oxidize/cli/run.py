"""`oxidize run`: builds a target and becomes it."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oxidize.cli.console import Console
from oxidize.cli.memory import Memory
from oxidize.cli.options import (
    add_build_options,
    add_project_options,
    add_talk_options,
    add_watch_options,
    apply_talk_options,
    build_options,
)
from oxidize.cli.parser import Parser
from oxidize.cli.scope import scope_of
from oxidize.cli.watching import watching
from oxidize.errors import Diagnostic, EnvironmentProblem, UsageError
from oxidize.lookup import recording

if TYPE_CHECKING:
    from oxidize.graph.target import TargetOutputs


def configure(parser: Parser) -> None:
    """Arguments of `run`."""
    parser.usage = f"{parser.prog} [TARGET] [OPTIONS] -- [ARGUMENTS OF THE PROGRAM]"
    parser.add_argument(
        "target", metavar="TARGET", nargs="?", help="what to run (default: the default target)"
    )
    add_project_options(parser)
    add_build_options(parser)
    add_watch_options(parser)
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Builds without a word on stdout; doesn't return if the program can be executed."""
    apply_talk_options(args, console)
    options = build_options(args)
    named = [args.target] if args.target else []
    memory = Memory(scope_of("run", options.project, named), options, console)
    if not args.dry_run and (recalled := memory.recall(quiet=True)):
        (target,) = recalled.targets
        return become(target.folder / target.program, args.rest)
    with recording(memory.looks):
        return _build_and_run(args, named, memory)


def _build_and_run(args: argparse.Namespace, named: Sequence[str], memory: Memory) -> int:
    # Imported late: an unchanged build needs nothing of it.
    from oxidize.cli.building import build_targets, make_executor, tell_failures
    from oxidize.cli.locking import LockOptions, ensure_locked
    from oxidize.cli.project import Project

    scope, options, console = memory.scope, memory.options, memory.console
    project = Project.load(options.project, console)
    targets = project.analyze(named)
    name, program = _program(targets)
    folders = {name: project.folder_of(name)}
    locking = LockOptions(options.locked)
    if args.dry_run:
        from oxidize.cli.dry_run import dry_run

        return dry_run(scope, options, locking, project.session, targets, folders, console)
    with watching(scope, options, console, project.phases, quiet=True) as emit:
        executor = make_executor(scope, options, emit, project.session)
        ensure_locked(project.session, executor, locking, console)
        built = build_targets(targets, folders, executor)
    if built.result.failures:
        tell_failures(built.result, console)
        return 1
    memory.keep(executor, targets, built)
    return become(folders[name] / program, args.rest)


def _program(targets: Mapping[str, TargetOutputs]) -> tuple[str, str]:
    if len(targets) != 1:
        raise UsageError(
            Diagnostic(
                "OX0806",
                "which target is to be run?",
                notes=(f"by default, these are built: {', '.join(targets)}",),
                help="name one: oxidize run TARGET -- ARGUMENTS",
            )
        )
    ((name, outputs),) = targets.items()
    if outputs.program is None:
        raise UsageError(
            Diagnostic(
                "OX0807",
                f"the target {name} is not a program, so it can't be run",
                help=f"to have it made: oxidize build {name}; to see others: oxidize targets",
            )
        )
    return name, outputs.program


def become(program: Path, arguments: Sequence[str]) -> int:
    """Replaces this process by the program; where that isn't possible, waits for it."""
    argv = [str(program), *arguments]
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        if os.name == "nt":
            return subprocess.run(argv, check=False).returncode
        # Python ignores these; a program expects the usual.
        for name in ("SIGPIPE", "SIGXFSZ"):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
        os.execv(program, argv)
    except OSError as error:
        raise EnvironmentProblem(
            Diagnostic(
                "OX0705",
                f"can't run {program}: {error.strerror}",
                help="was it built for another system? it can be copied there and run",
            )
        ) from error
