"""`oxidize docs`: writes the reference pages of the language, or those of a rule library."""

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
    parser.add_argument(
        "--rules", metavar="DIR", type=Path, help="the pages of the rules in that folder instead"
    )
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints the pages, or writes them into a folder."""
    apply_talk_options(args, console)
    pages = _rule_pages(args.rules) if args.rules else _reference_pages()
    if args.output:
        with disk_errors(args.output):
            for name, text in pages.items():
                write_atomically(args.output / name, text.encode())
        console.say(f"wrote {len(pages)} pages into {args.output}")
        return 0
    print("\n".join(_chosen(pages, args.page)), end="", file=console.stdout)
    return 0


def _reference_pages() -> Mapping[str, str]:
    from oxidize.starlark.reference import reference_pages

    return reference_pages()


def _rule_pages(folder: Path) -> Mapping[str, str]:
    from oxidize.paths import rules_folder
    from oxidize.starlark.rule_pages import rule_pages

    own = folder.resolve() == rules_folder()
    try:
        pages = rule_pages(folder.resolve(), "@oxidize" if own else "")
    except SyntaxError as error:
        message = f"{error.filename or folder}, line {error.lineno}: {error.msg}"
        raise UsageError(Diagnostic("OX0101", message)) from error
    if not pages:
        raise UsageError(Diagnostic("OX0803", f"--rules {folder}: there are no .star files"))
    return pages


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
