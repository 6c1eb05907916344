"""`oxidize docs`: writes the language or a rule library down, for people and for editors."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from oxidize.cli.amounts import plural
from oxidize.cli.console import Console
from oxidize.cli.options import add_talk_options, apply_talk_options
from oxidize.cli.parser import Parser
from oxidize.errors import Diagnostic, UsageError
from oxidize.executor.files import write_atomically
from oxidize.executor.problems import disk_errors
from oxidize.suggest import did_you_mean


def configure(parser: Parser) -> None:
    """Arguments of `docs`."""
    parser.add_argument("page", metavar="PAGE", nargs="?", help="only that page")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--stubs", action="store_true", help="a Python stub, for language servers")
    form.add_argument("--completions", action="store_true", help="JSON with all names, for editors")
    form.add_argument("--rules", metavar="DIR", type=Path, help="the pages of that folder's rules")
    parser.add_argument(
        "-o", "--output", metavar="DIR", type=Path, help="a folder to write into, not stdout"
    )
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints the files, or writes them into a folder."""
    apply_talk_options(args, console)
    files = _chosen(_files(args), args.page)
    if args.output:
        with disk_errors(args.output, cache=False):
            for name, text in files.items():
                write_atomically(args.output / name, text.encode())
        console.say(f"wrote {plural(len(files), 'file')} into {args.output}")
        return 0
    print("\n".join(files.values()), end="", file=console.stdout)
    return 0


def _files(args: argparse.Namespace) -> Mapping[str, str]:
    """What is asked for, by the names of the files that it is written into."""
    if args.stubs:
        from oxidize.starlark.stub import editor_stub

        return {"__init__.py": editor_stub()}
    if args.completions:
        from oxidize.starlark.completions import completions

        return {"completions.json": completions()}
    if args.rules:
        return _rule_pages(args.rules)
    from oxidize.starlark.reference import reference_pages

    return reference_pages()


def _rule_pages(folder: Path) -> Mapping[str, str]:
    from oxidize.paths import rules_folder
    from oxidize.starlark.rule_pages import rule_pages

    if not folder.is_dir():
        raise UsageError(Diagnostic("OX0803", f"--rules {folder}: there is no such folder"))
    own = folder.resolve() == rules_folder()
    try:
        pages = rule_pages(folder.resolve(), "@oxidize" if own else "")
    except SyntaxError as error:
        message = f"{error.filename or folder}, line {error.lineno}: {error.msg}"
        raise UsageError(Diagnostic("OX0101", message)) from error
    if not pages:
        raise UsageError(Diagnostic("OX0803", f"--rules {folder}: there are no .star files"))
    return pages


def _chosen(pages: Mapping[str, str], page: str | None) -> Mapping[str, str]:
    if page is None:
        return pages
    names = {name.removesuffix(".md"): name for name in pages}
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
    return {names[name]: pages[names[name]]}
