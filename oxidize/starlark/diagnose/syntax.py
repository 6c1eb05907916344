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
    "del": "use the pop() method of a dict or a list",
    "nonlocal": "return the value in place of setting a variable outside",
    "async": "nothing waits in a build file: leave it out",
    "await": "nothing waits in a build file: leave it out",
    "except": "errors can't be caught; test for the condition beforehand",
    "finally": "errors can't be caught; write the lines one after the other",
}

# What the text under the span, or around it, gives away.
_MEANT = (
    (r"&&", "use `and`"),
    (r"\|\|", "use `or`"),
    (r"!(?!=)", "use `not`"),
    (r"\+\+|--$", "write x += 1 or x -= 1"),
    (r"===", "use =="),
    (r"\*\*", "there is no operator for powers, and ** only stands for named arguments in calls"),
    (r"\s\?\s", "use `a if condition else b`"),
    (r":=", "assign on a line of its own"),
    (r"^\s*@", "Starlark has no decorators: call the function with the other one"),
    (r"^\s*\w+\s*=\s*\w+\s*=[^=]", "assign one name per line"),
    (r"(?:[<>]=?|[!=]=)[^<>=!]+(?:[<>]|[!=]=)", "write `a < b and b < c`"),
    (r"^\s*\w+\s*=\s*load\(", 'load() is a statement of its own: load(":file.star", "name")'),
    (r"^\s*load\(", 'load() takes names in quotes: load(":file.star", "name")'),
    (r"""["']\s+["']""", "put + or a comma between the texts"),
)
_OPENS = re.compile(r"\s*(?:def|if|elif|else|for)\b.*")


def syntax_error(scene: Scene) -> Diagnostic:
    """The diagnostic for what the parser raised."""
    message = scene.message.removeprefix("Parse error: ")
    if keyword := re.search(r"cannot use reserved keyword `(\w+)`", message):
        told = f"`{keyword[1]}` isn't part of Starlark"
        return scene.diagnostic("OX0101", told, help=_INSTEAD.get(keyword[1]))
    if _at_the_end(scene, message):
        return scene.diagnostic("OX0101", "the file ends inside brackets", span=_last(scene))
    if unexpected := re.match(r"unexpected (.+) here", message):
        told = f"unexpected {_plain(unexpected[1])}"
        return scene.diagnostic("OX0101", told, help=_block_help(scene) or _meant(scene))
    if misplaced := re.match(r"`(\w+)` (?:cannot be used|must only occur)", message):
        return _misplaced(scene, misplaced[1])
    if re.match(r"string literal expression is not allowed in type", message):
        name = scene.text().strip("\"'")
        help = f"write {name}" if name.isidentifier() else None
        return scene.diagnostic("OX0262", f"{scene.text()} is text, not a type", help=help)
    if "is not allowed in type expression" in message:
        return scene.diagnostic("OX0262", f"{scene.text()} is not a type")
    help = _meant(scene) if message.startswith("invalid input") else None
    return scene.diagnostic("OX0101", message.replace("`", '"'), help=help)


def _misplaced(scene: Scene, statement: str) -> Diagnostic:
    where = {"load": "at the top of a file, outside of functions", "return": "inside a function"}
    place = where.get(statement, "inside a loop")
    return scene.diagnostic("OX0140", f"`{statement}` is only allowed {place}")


def _meant(scene: Scene) -> str | None:
    line = _line(scene, 0)
    found = (help for pattern, help in _MEANT if re.search(pattern, line))
    return next(found, None)


def _block_help(scene: Scene) -> str | None:
    """Of a line that begins a block: its colon, or the indentation of the next one."""
    line, before = _line(scene, 0), _line(scene, -1)
    at_end = scene.text().strip() == ""
    if at_end and _OPENS.fullmatch(line) and not line.rstrip().endswith(":"):
        return 'a ":" is missing at the end of the line'
    if _OPENS.fullmatch(before) and before.endswith(":") and _indent(line) <= _indent(before):
        return "indent the lines that belong to the one above"
    return None


def _line(scene: Scene, offset: int) -> str:
    """The text of the line of the error, or of one near it."""
    if scene.source is None or scene.span is None or scene.span.line + offset < 1:
        return ""
    number = scene.span.line + offset
    start, end = scene.source.offset(number, 1), scene.source.offset(number + 1, 1)
    return scene.source.text[start:end].rstrip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


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
