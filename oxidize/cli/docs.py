"""`oxidize docs`: writes the reference pages of the language."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from oxidize.cli.console import Console
from oxidize.cli.options import add_talk_options, apply_talk_options
from oxidize.cli.parser import Parser
from oxidize.errors import Diagnostic, UsageError
from oxidize.executor.files import write_atomically
from oxidize.executor.problems import disk_errors
from oxidize.suggest import did_you_mean


def configure(parser: Parser) -> None:
    """Arguments of `docs`."""
    parser.add_argument("page", metavar="PAGE", nargs="?", help="only that page, to stdout")
    parser.add_argument(
        "-o", "--output", metavar="DIR", type=Path, help="write all pages into that folder"
    )
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints the pages, or writes them into a folder."""
    from oxidize.starlark.reference import reference_pages

    apply_talk_options(args, console)
    pages = reference_pages()
    if args.output:
        with disk_errors(args.output):
            for name, text in pages.items():
                write_atomically(args.output / name, text.encode())
        console.say(f"wrote {len(pages)} pages into {args.output}")
        return 0
    print("\n".join(_chosen(pages, args.page)), end="", file=console.stdout)
    return 0


def _chosen(pages: Mapping[str, str], page: str | None) -> list[str]:
    if page is None:
        return list(pages.values())
    names = {name.removesuffix(".md"): text for name, text in pages.items()}
    name = page.removesuffix(".md")
    if name not in names:
        raise UsageError(
            Diagnostic(
                "OX0808",
                f"there is no page {page}",
                notes=(f"pages: {', '.join(names)}",),
                help=did_you_mean(name, names, "{}"),
            )
        )
    return [names[name]]
