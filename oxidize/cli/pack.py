"""`oxidize pack`: makes one executable of a script or a project, without a build.star."""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
from pathlib import Path

from attrs import evolve, frozen

from oxidize.cli.amounts import counts
from oxidize.cli.building import (
    build_targets,
    make_executor,
    tell_distributions,
    tell_failures,
)
from oxidize.cli.console import Console
from oxidize.cli.locking import LockOptions, ensure_locked
from oxidize.cli.options import (
    BuildOptions,
    add_build_options,
    add_talk_options,
    add_target_options,
    add_watch_options,
    apply_talk_options,
    build_options,
)
from oxidize.cli.parser import Parser
from oxidize.cli.replacing import check_replaceable
from oxidize.cli.scope import Scope
from oxidize.cli.verdict import verdicts_of
from oxidize.cli.watching import watching
from oxidize.errors import Diagnostic, UsageError
from oxidize.executor.location import LAYOUT, cache_folder
from oxidize.executor.problems import disk_errors

# Not the program's name: what was resolved for one name is good for another.
TARGET = "program"


@frozen
class Packing:
    """What is packed, from where to where; `text` is the build file that somebody would write."""

    source: Path
    folder: Path
    output: Path
    text: str
    upgrade: bool

    @property
    def lock(self) -> Path:
        """In the cache: beside a script or in somebody's project there is no place for it."""
        name = hashlib.sha256(os.fsencode(self.source)).hexdigest()[:40]
        return cache_folder(os.environ) / LAYOUT / "packs" / name / "oxidize.lock"


def configure(parser: Parser) -> None:
    """Arguments of `pack`."""
    parser.add_argument(
        "source",
        metavar="SCRIPT|PROJECT",
        type=Path,
        help="a .py file, or a folder with a project or a script",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="where to write the program (default: the script's name, in the current folder or in "
        "the project's dist)",
    )
    parser.add_argument(
        "--script", metavar="NAME", help="which of several scripts the program runs"
    )
    parser.add_argument(
        "--upgrade", action="store_true", help="resolve packages anew, to their newest versions"
    )
    parser.add_argument(
        "--show", action="store_true", help="only print the build.star that this stands for"
    )
    parser.add_argument(
        "--force", action="store_true", help="write over a file that oxidize didn't build"
    )
    add_target_options(parser)
    parser.set_defaults(path=Path(), var=[], var_env=[])
    add_build_options(parser)
    add_watch_options(parser)
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Builds the program; tells where it is."""
    apply_talk_options(args, console)
    options = build_options(args)
    packing = _packing(args)
    if args.show:
        print(packing.text, end="", file=console.stdout)
        return 0
    return _build(packing, options, console, dry=args.dry_run)


def _packing(args: argparse.Namespace) -> Packing:
    from oxidize.easy.build_file import build_file, file_name
    from oxidize.easy.source import read_source

    source: Path = args.source.absolute()
    recipe = read_source(args.source, args.script, platform.python_version()).the_one()
    folder = source if source.is_dir() else source.parent
    place = source / "dist" if source.is_dir() else Path()
    name = file_name(recipe.name)
    output = Path(args.output or place / name).absolute()
    # The text tells, which Path cuts off.
    if output.is_dir() or (args.output or "").endswith("/"):
        help_ = f"name a file: -o {output.name}/{name}"
        raise UsageError(Diagnostic("OX0814", f"{output} is a folder", help=help_))
    check_replaceable(output, source, force=args.force)
    text = build_file([evolve(recipe, name=output.name)], TARGET)
    return Packing(source, folder, output, text, args.upgrade)


def _build(packing: Packing, options: BuildOptions, console: Console, *, dry: bool) -> int:
    from oxidize.cli.phases import Phases
    from oxidize.cli.project import project_settings
    from oxidize.starlark.session import Session

    place = packing.folder / f"oxidize pack {packing.source.name}"
    settings = project_settings(options.project, place)
    settings = evolve(settings, text=packing.text, lock=packing.lock)
    phases = Phases()
    with phases.phase("load"):
        session = Session.load(settings, console.script)
    with phases.phase("analyze"):
        targets = session.analyze(session.resolve([]))
    folders = dict.fromkeys(targets, packing.output.parent)
    locking = LockOptions(options.locked, () if packing.upgrade else None)
    scope = Scope("pack", packing.source, (), options.project.triple, options.project.flavour)
    if dry:
        from oxidize.cli.dry_run import dry_run

        return dry_run(scope, options, locking, session, targets, folders, console, prune=False)
    if session.requests:
        # Resolving happens where the lock is.
        with disk_errors(packing.lock):
            packing.lock.parent.mkdir(parents=True, exist_ok=True)
    with watching(scope, options, console, phases) as emit:
        executor = make_executor(scope, options, emit, session)
        ensure_locked(session, executor, locking, console)
        built = build_targets(targets, folders, executor, prune=False)
    if built.result.failures:
        tell_failures(built.result, console)
        return 1
    console.result(
        f"packed {packing.output.name}: {packing.output} ({counts(built.result)})",
        event="packed",
        path=str(packing.output),
        ran=built.result.ran,
        cached=built.result.cached,
        seconds=round(built.result.seconds, 3),
    )
    for verdict in verdicts_of(built):
        verdict.tell(console)
    tell_distributions(built, console)
    return 0
