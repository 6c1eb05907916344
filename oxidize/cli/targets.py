"""`oxidize targets`: lists the targets of a build.star."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oxidize.cli.console import Console
from oxidize.cli.options import (
    add_library_options,
    add_project_options,
    add_talk_options,
    apply_talk_options,
    project_options,
)
from oxidize.cli.parser import Parser

if TYPE_CHECKING:
    from oxidize.cli.project import Project
    from oxidize.starlark.listing import Listed

FORMAT = 1


def configure(parser: Parser) -> None:
    """Arguments of `targets`."""
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="all of it, for programs")
    form.add_argument("--names", action="store_true", help="only the names, one per line")
    add_project_options(parser)
    add_library_options(parser)
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Evaluates the build file and, to tell types, the targets' functions; builds nothing."""
    from oxidize.cli.project import Project
    from oxidize.starlark.listing import listing

    apply_talk_options(args, console)
    project = Project.load(project_options(args), console)
    if not args.names and (args.json or console.json):
        console.document(_document(project, list(listing(project.session))))
        return 0
    targets = project.session.targets
    lines = list(targets) if args.names else _table(list(listing(project.session)))
    if lines:
        print("\n".join(lines), file=console.stdout)
    else:
        console.say(f"{project.session.settings.path.name} registers no target")
    return 0


def _document(project: Project, targets: Sequence[Listed]) -> dict[str, object]:
    return {
        "format": FORMAT,
        "build_file": str(project.session.settings.path),
        "default": next((each.name for each in targets if each.default), None),
        "targets": [
            {
                "name": each.name,
                "type": each.type,
                "depends": list(each.depends),
                "doc": each.doc,
                "file": each.place.file if each.place else None,
                "line": each.place.line if each.place else None,
                "column": each.place.column if each.place else None,
            }
            for each in targets
        ],
    }


def _table(targets: Sequence[Listed]) -> list[str]:
    rows = [
        (
            f"{'*' if each.default else ' '} {each.name}",
            each.type or "?",
            f"{Path(each.place.file).name}:{each.place.line}" if each.place else "",
            f"needs {', '.join(each.depends)}" if each.depends else "",
            each.doc or "",
        )
        for each in targets
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            f"{cell:{width}}" for cell, width in zip(row, widths, strict=True) if width
        ).rstrip()
        for row in rows
    ]
