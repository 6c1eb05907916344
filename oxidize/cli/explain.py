"""`oxidize explain`: what a code of a diagnostic means, and what to do about it."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import textwrap
from collections.abc import Iterator

from oxidize.cli.console import Console
from oxidize.cli.options import add_talk_options, apply_talk_options
from oxidize.cli.parser import Parser
from oxidize.codes import GROUPS, TITLES, group_of
from oxidize.errors import Diagnostic, UsageError
from oxidize.paths import codes_folder
from oxidize.suggest import did_you_mean

# As it stands in a message, or any shorter way to say it: error[OX0102], ox0102, 102.
_CODE = re.compile(r"(?:error\[)?(?:OX)?(\d{1,4})\]?", re.IGNORECASE)
_WIDEST = 100


def configure(parser: Parser) -> None:
    """Arguments of `explain`."""
    parser.add_argument(
        "code", metavar="CODE", nargs="?", help="such as OX0102, or 102; default: list all codes"
    )
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints an explanation, or the list of codes."""
    apply_talk_options(args, console)
    codes = list(TITLES) if args.code is None else [_known(args.code)]
    if console.json:
        text = "\n".join(json.dumps(_fields(code, whole=args.code is not None)) for code in codes)
    elif args.code is None:
        text = "\n".join(_overview())
    else:
        text = "\n".join(_shown(explanation(codes[0]))).strip("\n")
    print(text, file=console.stdout)
    return 0


def explanation(code: str) -> str:
    """The page on a code, as Markdown."""
    return (codes_folder() / f"{code}.md").read_text(encoding="utf-8")


def _known(asked: str) -> str:
    match = _CODE.fullmatch(asked.strip())
    code = f"OX{match[1]:0>4}" if match else asked
    if code in TITLES:
        return code
    raise UsageError(
        Diagnostic(
            "OX0808",
            f"there is no code {code}",
            help=did_you_mean(code.upper(), TITLES, "{}") or "oxidize explain lists all codes",
        )
    )


def _fields(code: str, *, whole: bool) -> dict[str, str]:
    about = {"code": code, "title": TITLES[code], "group": group_of(code)}
    return about | ({"text": explanation(code)} if whole else {})


def _overview() -> Iterator[str]:
    for prefix, title in GROUPS.items():
        yield f"{prefix}xx  {title}"
        yield from (f"  {code}  {TITLES[code]}" for code in TITLES if code.startswith(prefix))
        yield ""
    yield "one of them: oxidize explain CODE"


def _shown(page: str) -> Iterator[str]:
    """Markdown as a terminal shows it: without marks, text as wide as fits, and code indented."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    for part in re.split(r"(^```.*?^```$)", page, flags=re.MULTILINE | re.DOTALL):
        if part.startswith("```"):
            yield from (f"    {line}".rstrip() for line in part.splitlines()[1:-1])
            continue
        for paragraph in part.strip().split("\n\n"):
            yield ""
            yield from textwrap.wrap(paragraph.removeprefix("# "), width, break_on_hyphens=False)
        yield ""
