"""`oxidize pack`: makes one executable of a script, without a build.star."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from oxidize.cli.building import build_targets, counts, make_executor, tell_failures
from oxidize.cli.console import Console
from oxidize.cli.options import (
    BuildOptions,
    add_build_options,
    add_talk_options,
    add_target_options,
    apply_talk_options,
    build_options,
)
from oxidize.cli.parser import Parser
from oxidize.cli.progress import progress_for
from oxidize.errors import Diagnostic, UsageError
from oxidize.starlark.easy import read_script
from oxidize.triples import host_triple


def configure(parser: Parser) -> None:
    """Arguments of `pack`."""
    parser.add_argument("script", metavar="SCRIPT", type=Path, help="a .py file")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        help="where to write the program (default: the script's name, in the current folder)",
    )
    parser.add_argument(
        "--show", action="store_true", help="only print the build.star that this stands for"
    )
    add_target_options(parser)
    parser.set_defaults(path=Path(), var=[], var_env=[])
    add_build_options(parser)
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Builds the program; tells where it is."""
    apply_talk_options(args, console)
    options = build_options(args)
    script = read_script(args.script)
    output = (args.output or Path(args.script.stem)).absolute()
    if output.is_dir():
        help_ = f"name a file: -o {output.name}/{args.script.stem}"
        raise UsageError(Diagnostic("OX0814", f"{output} is a folder", help=help_))
    text = script.build_file(output.name)
    if args.show:
        print(text, end="", file=console.stdout)
        return 0
    return _build(args.script, text, output, options, console)


def _build(script: Path, text: str, output: Path, options: BuildOptions, console: Console) -> int:
    from oxidize.starlark.session import Session, Settings

    settings = Settings(
        path=script.absolute().with_name(f"oxidize pack {script.name}"),
        triple=options.project.triple,
        host_triple=host_triple(),
        release=options.project.release,
        host_python=sys.executable,
        variables={},
        text=text,
    )
    session = Session.load(settings, console.script)
    targets = session.analyze(session.resolve([]))
    folders = dict.fromkeys(targets, output.parent)
    with progress_for(console) as progress:
        executor = make_executor(script.absolute().parent, options, progress)
        built = build_targets(targets, folders, executor, prune=False)
    if built.result.failures:
        tell_failures(built.result, console)
        return 1
    console.result(
        f"packed {output.name}: {output} ({counts(built.result)})",
        event="packed",
        path=str(output),
    )
    return 0
