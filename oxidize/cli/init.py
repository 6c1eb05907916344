"""`oxidize init`: writes a build.star for a script or a project."""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

from oxidize.cli.console import Console
from oxidize.cli.options import add_talk_options, apply_talk_options
from oxidize.cli.parser import Parser
from oxidize.errors import Diagnostic, UsageError
from oxidize.executor.files import write_atomically
from oxidize.executor.problems import disk_errors
from oxidize.starlark.build_file import BUILD_FILE
from oxidize.starlark.session import Session, Settings
from oxidize.triples import host_triple

if TYPE_CHECKING:
    from oxidize.easy.recipe import Source

_IGNORED = frozenset({"build", "build/", "/build", "/build/", "**/build/"})


def configure(parser: Parser) -> None:
    """Arguments of `init`."""
    parser.add_argument(
        "source",
        metavar="SCRIPT|DIR",
        nargs="?",
        type=Path,
        default=Path(),
        help="a .py file, or a folder with a project or a script (default: the current folder)",
    )
    parser.add_argument(
        "--script", metavar="NAME", help="only that one of several scripts, not a target for each"
    )
    parser.add_argument(
        "--pip-install",
        metavar="PKG",
        action="append",
        default=[],
        help="a package to install, besides what is found",
    )
    parser.add_argument(
        "--python-code", metavar="CODE", help="what the program runs, in place of a script"
    )
    parser.add_argument(
        "--show", action="store_true", help="only print the build.star, write nothing"
    )
    parser.add_argument(
        "--force", action="store_true", help="write over a build.star that is there"
    )
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Writes the file; tells what to do next."""
    from oxidize.easy.build_file import build_file

    apply_talk_options(args, console)
    source = _source(args)
    text = _encodable(build_file(source.programs))
    folder = args.source if args.source.is_dir() else args.source.parent
    path = folder / BUILD_FILE
    targets = _check(path, text)
    if args.show:
        print(text, end="", file=console.stdout)
        return 0
    _check_absent(path, force=args.force)
    with disk_errors(path, cache=False):
        write_atomically(path, text.encode())
    console.result(
        f"wrote {path}: a program {targets[0]}",
        event="wrote",
        path=str(path.absolute()),
        targets=targets,
    )
    for line in _next(folder, targets):
        console.say(line)
    return 0


def _source(args: argparse.Namespace) -> Source:
    from oxidize.easy.source import is_bare, read_folder_for, read_source

    path, version = args.source, platform.python_version()
    if not path.exists() and path.suffix != ".py":
        help_ = "name a folder or a .py file that is there"
        raise UsageError(Diagnostic("OX0822", f"there is no folder {path}", help=help_))
    if args.python_code is not None and (args.script is not None or not path.is_dir()):
        what = "--script" if args.script is not None else str(path)
        message = f"{what} and --python-code both say what the program runs"
        raise UsageError(Diagnostic("OX0823", message, help="leave one of them out"))
    wanted = tuple(args.pip_install)
    if args.python_code is not None or (wanted and path.is_dir() and is_bare(path)):
        source = read_folder_for(args.python_code or "", path, version)
    else:
        source = read_source(path, args.script, version)
    return evolve(source, programs=tuple(each.with_packages(wanted) for each in source.programs))


def _encodable(text: str) -> str:
    """Raises UsageError for a text with names of files that aren't UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        name = ascii(text[error.start - 10 : error.end])
        raise UsageError(Diagnostic("OX0812", f"the name of a file isn't UTF-8: {name}")) from error
    return text


def _check(path: Path, text: str) -> list[str]:
    """Evaluates what is to be written: it can be built, or the sources are wrong. Its targets."""
    triple = host_triple()
    settings = Settings(path, triple, triple, False, sys.executable, text=text)
    session = Session.load(settings, lambda text: None)
    return list(session.analyze(list(session.targets)))


def _check_absent(path: Path, *, force: bool) -> None:
    if path.is_dir() or (os.path.lexists(path) and not force):
        help_ = "see what would be written: --show" + ("; write over it: --force" * path.is_file())
        raise UsageError(Diagnostic("OX0821", f"{path} is there already", help=help_))


def _next(folder: Path, targets: list[str]) -> Iterator[str]:
    where = "" if folder.absolute() == Path.cwd() else f" --path {shlex.quote(str(folder))}"
    rows = [
        (f"build{where}", f"makes {targets[0]}"),
        (f"run{where} -- ARGS", f"makes {targets[0]} and runs it"),
    ]
    if others := targets[1:]:
        rows.append((f"build{where} {others[0]}", f"makes another one of: {', '.join(others)}"))
    width = max(len(row[0]) for row in rows)
    yield "next:"
    yield from (f"  oxidize {command:<{width}}  {what}" for command, what in rows)
    if not _is_ignored(folder.absolute()):
        yield f"{folder / 'build'} holds what is built: add build/ to .gitignore"


def _is_ignored(folder: Path) -> bool:
    """Whether version control is told to leave out what is built, or there is none."""
    above = (folder, *folder.parents)
    top = next((each for each in above if (each / ".git").exists()), folder)
    files = [each / ".gitignore" for each in above if each.is_relative_to(top)]
    texts = [file.read_text("utf-8", "replace") for file in files if file.is_file()]
    controlled = bool(texts) or (top / ".git").exists()
    return not controlled or any(not _IGNORED.isdisjoint(text.splitlines()) for text in texts)
