"""The verb itself: its arguments, and which part of it does what."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from oxidize.cli.console import Console
from oxidize.cli.options import (
    add_library_options,
    add_run_options,
    add_talk_options,
    apply_talk_options,
    check_triple,
)
from oxidize.cli.parser import Parser
from oxidize.errors import Diagnostic, UsageError

# What -> (what follows it, whether that may be left out).
_FOLLOWS = {
    "list": ("", True),
    "info": ("a version, or an archive", False),
    "fetch": ("a version", False),
    "import": ("an archive", False),
    "build": ("", True),
    "refresh": ("a release's tag", True),
}
_SELECTS = ("list", "info", "fetch")
# Option -> what takes it.
_OPTIONS = {
    "target_triple": (*_SELECTS, "build"),
    "flavour": _SELECTS,
    "no_sandbox": ("info", "fetch", "import", "build"),
    **dict.fromkeys(("python", "manifest", "sources", "lto", "dynamic", "output"), ("build",)),
}


def configure(parser: Parser) -> None:
    """Arguments of `distribution`."""
    parser.add_argument(
        "what",
        choices=tuple(_FOLLOWS),
        help="list: the archives that builds can take; info: what is in one; fetch: puts one into "
        "the cache; import: adds one that you have; build: builds one from sources, and adds it; "
        "refresh: adds those of a release",
    )
    parser.add_argument(
        "of",
        metavar="OF",
        nargs="?",
        default="",
        help="info, fetch: a version such as 3.13 or 3.13.5; info, import: an archive; refresh: a "
        "release's tag (default: the newest)",
    )
    group = parser.add_argument_group("list, info, fetch and build")
    group.add_argument("--target-triple", metavar="T", help="for that system")
    group.add_argument(
        "--flavour", metavar="F", help="built in that way: pgo+lto, noopt+static (not for build)"
    )
    _add_build_options(parser)
    add_run_options(parser.add_argument_group("info, fetch, import and build"))
    parser.add_argument("--json", action="store_true", help="one document, for programs")
    add_library_options(parser)
    add_talk_options(parser)


def _add_build_options(parser: Parser) -> None:
    group = parser.add_argument_group("build")
    group.add_argument("--python", metavar="V", help="the version: 3.13, or 3.13.5")
    group.add_argument(
        "--manifest", metavar="FILE", type=Path, help="what it is built from, in place of our own"
    )
    group.add_argument(
        "--sources", metavar="DIR", type=Path, help="a folder with archives of the sources"
    )
    group.add_argument("--lto", action="store_true", help="optimise across files, when linking")
    group.add_argument(
        "--dynamic", action="store_true", help="musl: programs that load shared libraries"
    )
    group.add_argument(
        "-o", "--output", metavar="DIR", type=Path, help="where it goes (default: here)"
    )


def run(args: argparse.Namespace, console: Console) -> int:
    """Does one of them."""
    apply_talk_options(args, console)
    follows, optional = _FOLLOWS[args.what]
    if not args.of and not optional:
        raise _wrong(f"oxidize distribution {args.what} needs {follows}")
    if args.of and not follows:
        raise _wrong(f"oxidize distribution {args.what} takes no {args.of}")
    for option, verbs in _OPTIONS.items():
        if getattr(args, option) and args.what not in verbs:
            raise _wrong(f"--{option.replace('_', '-')} isn't for {args.what}")
    if args.what == "build" and not args.python:
        raise _wrong("oxidize distribution build needs --python with a version")
    args.output = args.output or Path()
    if args.target_triple:
        check_triple(args.target_triple)
    args.json = args.json or console.json
    _parts()[args.what](args, console)
    return 0


def _wrong(message: str) -> UsageError:
    return UsageError(Diagnostic("OX0803", message))


def _parts() -> Mapping[str, Callable[[argparse.Namespace, Console], None]]:
    from oxidize.cli.distribution import building, getting, listing, refreshing

    return {
        "list": listing.list_rows,
        "info": getting.info,
        "fetch": getting.fetch,
        "import": getting.import_archive,
        "build": building.build,
        "refresh": refreshing.refresh,
    }
