"""The verb itself: its arguments, and which part of it does what."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from oxidize.cli.console import Console
from oxidize.cli.options import (
    add_library_options,
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
    "refresh": ("a release's tag", True),
}
_SELECTS = ("list", "info", "fetch")


def configure(parser: Parser) -> None:
    """Arguments of `distribution`."""
    parser.add_argument(
        "what",
        choices=tuple(_FOLLOWS),
        help="list: the archives that builds can take; info: what is in one; fetch: puts one into "
        "the cache; import: adds one that you have; refresh: adds those of a release",
    )
    parser.add_argument(
        "of",
        metavar="OF",
        nargs="?",
        default="",
        help="info, fetch: a version such as 3.13 or 3.13.5; info, import: an archive; refresh: a "
        "release's tag (default: the newest)",
    )
    group = parser.add_argument_group("list, info and fetch")
    group.add_argument("--target-triple", metavar="T", help="for that system")
    group.add_argument("--flavour", metavar="F", help="built in that way: pgo+lto, noopt+static")
    parser.add_argument("--json", action="store_true", help="one document, for programs")
    add_library_options(parser)
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Does one of them."""
    apply_talk_options(args, console)
    follows, optional = _FOLLOWS[args.what]
    if not args.of and not optional:
        raise _wrong(f"oxidize distribution {args.what} needs {follows}")
    if args.of and not follows:
        raise _wrong(f"oxidize distribution {args.what} takes no {args.of}")
    for option in ("target_triple", "flavour"):
        if getattr(args, option) and args.what not in _SELECTS:
            raise _wrong(f"--{option.replace('_', '-')} isn't for {args.what}")
    if args.target_triple:
        check_triple(args.target_triple)
    args.json = args.json or console.json
    _parts()[args.what](args, console)
    return 0


def _wrong(message: str) -> UsageError:
    return UsageError(Diagnostic("OX0803", message))


def _parts() -> Mapping[str, Callable[[argparse.Namespace, Console], None]]:
    from oxidize.cli.distribution import getting, listing, refreshing

    return {
        "list": listing.list_rows,
        "info": getting.info,
        "fetch": getting.fetch,
        "import": getting.import_archive,
        "refresh": refreshing.refresh,
    }
