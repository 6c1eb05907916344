"""`oxidize log`: tells what the last build of a project did."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from oxidize.cli.build_log import read_log
from oxidize.cli.console import Console
from oxidize.cli.options import add_talk_options, apply_talk_options
from oxidize.cli.parser import Parser
from oxidize.errors import BuildFileError, Diagnostic, UsageError
from oxidize.starlark.build_file import find_build_file

_Log = Mapping[str, Any]


def configure(parser: Parser) -> None:
    """Arguments of `log`."""
    parser.add_argument(
        "what",
        nargs="?",
        choices=tuple(_SECTIONS),
        help="only that, of all that ran or failed, or the chain that took longest",
    )
    parser.add_argument(
        "--path",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="where build.star is, or below it, or what was packed (default: the current folder)",
    )
    parser.add_argument("--json", action="store_true", help="all of it, for programs")
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints the log."""
    apply_talk_options(args, console)
    log = _find(args.path)
    if args.json or console.json:
        console.document(log)
    else:
        lines = _SECTIONS[args.what](log) if args.what else _all(log)
        print("\n".join(lines), file=console.stdout)
    return 0


def _find(path: Path) -> _Log:
    """The log of what was packed from there, or of the project there. Raises OxidizeError."""
    log = read_log(path.absolute())
    if log is None:
        try:
            folder = find_build_file(path).absolute().parent
        except BuildFileError:
            folder = path.absolute()
        log = read_log(folder)
    if log is None:
        raise UsageError(
            Diagnostic("OX0840", f"there was no build of {path.absolute()}", help="oxidize build")
        )
    return log


def _all(log: _Log) -> Iterator[str]:
    yield from _head(log)
    for title, section in _SECTIONS.items():
        if lines := list(section(log)):
            yield ""
            yield f"{title.replace('-', ' ')}:"
            yield from lines


def _head(log: _Log) -> Iterator[str]:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(log["began"]))
    words = ["oxidize", log["verb"], *log["targets"]]
    yield f"{' '.join(words)} in {log['folder']}, for {log['triple']}, {log['flavour']}"
    yield f"{when}: {_outcome(log)} after {log['seconds']:.1f} s"
    yield f"{log['ran']} ran, {log['cached']} cached, {log['failed']} failed"


def _outcome(log: _Log) -> str:
    return "ended by an error" if log["outcome"] == "error" else str(log["outcome"])


def _ran(log: _Log) -> Iterator[str]:
    """In the order of their start, with what was being run when the build was stopped."""
    for row in log["actions"]:
        if row["how"] in ("ran", "stopped"):
            stopped = " (stopped)" if row["how"] == "stopped" else ""
            yield f"{_timed(row)}{stopped}"


def _failed(log: _Log) -> Iterator[str]:
    """With all output, and what repeats the command, as it was told."""
    for row in log["actions"]:
        if row["how"] == "failed":
            yield _timed(row)
            if row["output"]:
                yield row["output"].rstrip()
            yield row["error"]["text"]
    if log["error"] and log["outcome"] == "error":
        yield log["error"]["text"]


def _critical_path(log: _Log) -> Iterator[str]:
    rows = {row["id"]: row for row in log["actions"]}
    path = [rows[id_] for id_ in log["critical_path"]]
    yield from map(_timed, path)
    if path:
        yield f"{sum(row['seconds'] for row in path):8.1f} s  of {log['seconds']:.1f} s"


def _timed(row: Mapping[str, Any]) -> str:
    return f"{row['seconds']:8.1f} s  {row['label']}"


_SECTIONS = {"ran": _ran, "failed": _failed, "critical-path": _critical_path}
