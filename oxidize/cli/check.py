"""`oxidize check`: what is wrong with build files and rules, without building anything."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from oxidize.cli.amounts import plural
from oxidize.cli.console import Console, use_color
from oxidize.cli.options import (
    add_project_options,
    add_talk_options,
    apply_talk_options,
    project_options,
)
from oxidize.cli.parser import Parser
from oxidize.cli.render import render_json, render_text

if TYPE_CHECKING:
    from oxidize.starlark.check.checker import Report

# Long sums and the like are deep trees, which are followed by functions that call themselves.
_DEEPEST = 50_000


def configure(parser: Parser) -> None:
    """Arguments of `check`."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        type=Path,
        help="files and folders (default: the project)",
    )
    parser.add_argument("--strict", action="store_true", help="fail on warnings, too")
    add_project_options(parser)
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Checks; 2 if something is wrong."""
    from oxidize.cli.project import project_folder, project_settings
    from oxidize.executor.location import libraries_folder
    from oxidize.starlark.check.checker import check
    from oxidize.starlark.check.files import files_of
    from oxidize.starlark.project_file import read_project_file

    apply_talk_options(args, console)
    sys.setrecursionlimit(_DEEPEST)
    options = project_options(args)
    paths = args.paths or [project_folder(options.path)]
    settings = project_settings(options, Path.cwd() / "build.star")
    store = libraries_folder(os.environ)
    report = check(
        files_of(paths), settings, lambda root: read_project_file(root, store), console.script
    )
    _tell(report, console, args.color)
    failed = report.count("error") or (args.strict and report.count("warning"))
    return 2 if failed else 0


def _tell(report: Report, console: Console, color: str) -> None:
    colored = use_color(color, console.stdout, os.environ)
    for each in report.findings:
        if each.severity == "error" or console.verbosity >= 0:
            text = render_json(each) if console.json else render_text(each, colored)
            print(text, file=console.stdout)
    errors, warnings = report.count("error"), report.count("warning")
    console.result(
        f"checked {plural(report.files, 'file')}, "
        f"{plural(errors, 'error')}, {plural(warnings, 'warning')}",
        event="checked",
        files=report.files,
        errors=errors,
        warnings=warnings,
    )
