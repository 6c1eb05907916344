"""Syntax errors, with the way to say it for words that Starlark lacks."""

from __future__ import annotations

import re

from oxidize.errors import Diagnostic, Span
from oxidize.starlark.diagnose.scene import Scene

_INSTEAD = {
    "import": 'load names from another file: load(":file.star", "name")',
    "from": 'load names from another file: load(":file.star", "name")',
    "while": "use `for i in range(n):`",
    "class": "use struct(...) or record(...)",
    "try": "errors can't be caught; test for the condition beforehand",
    "raise": 'use fail("message")',
    "assert": 'use `if not condition: fail("message")`',
    "is": "use ==",
    "global": "return the value in place of setting a global",
    "with": "build files can't open anything; call the functions directly",
    "yield": "return a list",
}


def syntax_error(scene: Scene) -> Diagnostic:
    """The diagnostic for what the parser raised."""
    message = scene.message.removeprefix("Parse error: ")
    if keyword := re.search(r"cannot use reserved keyword `(\w+)`", message):
        told = f"`{keyword[1]}` isn't part of Starlark"
        return scene.diagnostic("OX0101", told, help=_INSTEAD.get(keyword[1]))
    if _at_the_end(scene, message):
        return scene.diagnostic("OX0101", "the file ends inside brackets", span=_last(scene))
    if unexpected := re.match(r"unexpected (.+) here", message):
        return scene.diagnostic("OX0101", f"unexpected {_plain(unexpected[1])}")
    return scene.diagnostic("OX0101", message.replace("`", '"'))


def _at_the_end(scene: Scene, message: str) -> bool:
    # The parser reports the end of the file as a line break at the beginning of it.
    at_start = scene.span is not None and (scene.span.line, scene.span.column) == (1, 1)
    return at_start and message.startswith("unexpected new line") and not scene.text().isspace()


def _last(scene: Scene) -> Span | None:
    if scene.source is None:
        return None
    end = len(scene.source.text.rstrip())
    return scene.source.span(end - 1, end)


def _plain(token: str) -> str:
    return "end of line" if token == "new line" else token.replace("'", '"')
