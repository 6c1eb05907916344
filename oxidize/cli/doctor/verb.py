"""`oxidize doctor`: says what is installed, reachable and cached, and what to do about the rest."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import TextIO

from attrs import asdict

from oxidize.cli.console import Console
from oxidize.cli.doctor.cache import cache
from oxidize.cli.doctor.catalogue import catalogue
from oxidize.cli.doctor.installed import installed
from oxidize.cli.doctor.network import network
from oxidize.cli.doctor.pythons import pythons
from oxidize.cli.doctor.row import Row, Status
from oxidize.cli.doctor.sandbox import sandbox
from oxidize.cli.doctor.surroundings import programs, triples, variables
from oxidize.cli.options import (
    ProjectOptions,
    add_project_options,
    add_talk_options,
    apply_talk_options,
    project_options,
)
from oxidize.cli.parser import Parser

FORMAT = 1
_MARKS: dict[Status, str] = {"ok": "✓", "note": "·", "warning": "!", "problem": "✗"}
_PLAIN: dict[Status, str] = {"ok": "+", "note": "-", "warning": "!", "problem": "x"}
_COLORS: dict[Status, str] = {"ok": "\033[32m", "warning": "\033[1;33m", "problem": "\033[1;31m"}


def configure(parser: Parser) -> None:
    """Arguments of `doctor`."""
    parser.add_argument("--json", action="store_true", help="all of it, for programs")
    parser.add_argument(
        "--network", action="store_true", help="also ask the package index, through uv"
    )
    add_project_options(parser)
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Looks at everything; 1 if programs for this machine can't be built."""
    apply_talk_options(args, console)
    rows = list(_rows(project_options(args), console, ask=args.network))
    broken = any(row.status == "problem" for row in rows)
    if args.json or console.json:
        document = {"format": FORMAT, "ok": not broken, "rows": [asdict(row) for row in rows]}
        console.document(document)
    else:
        print("\n".join(_text(rows, console)), file=console.stdout)
    return 1 if broken else 0


def _rows(options: ProjectOptions, console: Console, *, ask: bool) -> Iterator[Row]:
    folder = options.path if options.path.is_dir() else Path()
    return chain(
        installed(),
        pythons(sys.executable, os.environ),
        triples(),
        catalogue(os.environ),
        cache(os.environ),
        sandbox(),
        network(os.environ, folder, asked=ask),
        programs(),
        variables(os.environ),
        _project(options, console),
    )


def _project(options: ProjectOptions, console: Console) -> Iterator[Row]:
    try:
        from oxidize.cli.doctor.project import project
    except ImportError as error:
        text = f"can't be looked at: {error}"
        return iter((Row("project", "build file", "warning", text),))
    return project(options, console)


def _text(rows: Sequence[Row], console: Console) -> Iterator[str]:
    marks = _MARKS if _can_write("".join(_MARKS.values()), console.stdout) else _PLAIN
    shown = [row for row in rows if console.verbosity >= 0 or row.status in ("warning", "problem")]
    for section, group in groupby(shown, lambda row: row.section):
        yield section
        for row in group:
            yield f"  {_mark(row.status, marks[row.status], console)} {row.name}: {row.text}"
            yield from [f"      {row.help}"] if row.help else []
    yield ""
    yield _summary(rows)


def _mark(status: Status, mark: str, console: Console) -> str:
    color = _COLORS.get(status) if console.color else None
    return f"{color}{mark}\033[0m" if color else mark


def _summary(rows: Sequence[Row]) -> str:
    problems = [f"{row.section}, {row.name}" for row in rows if row.status == "problem"]
    if problems:
        return f"programs for this machine can't be built: {'; '.join(problems)}"
    warned = any(row.status == "warning" for row in rows)
    return "programs for this machine can be built" + (", but see the warnings" * warned)


def _can_write(text: str, stream: TextIO) -> bool:
    try:
        text.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
