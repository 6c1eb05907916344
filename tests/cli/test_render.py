"""Rendering diagnostics."""

from __future__ import annotations

import json
from pathlib import Path

from oxidize.cli.render import render_json, render_text
from oxidize.errors import Diagnostic, Frame, Span

SPAN = Span("/p/build.star", 12, 5, 12, 9)
SOURCES = {"/p/build.star": "\n" * 11 + "def \tname(x):\n    pass\n"}
FULL = Diagnostic(
    "OX0203",
    "no such thing",
    SPAN,
    (Frame("<module>", SPAN), Frame("f", SPAN)),
    ("one", "two"),
    "try this",
)


def test_all_parts() -> None:
    """Code, message, place, source line, carets, stack, notes and help, in this order."""
    assert render_text(FULL, False, base=Path("/p"), sources=SOURCES) == (
        "error[OX0203]: no such thing\n"
        "  --> build.star:12:5\n"
        "   |\n"
        "12 | def  name(x):\n"
        "   |     ^^^^\n"
        "   |\n"
        "call stack, outermost first:\n"
        "  build.star:12, in <module>\n"
        "  build.star:12, in f\n"
        "note: one\n"
        "note: two\n"
        "help: try this\n"
    )


def test_color_changes_no_text() -> None:
    """With color, what remains without the escape sequences is the plain text."""
    import re

    colored = render_text(FULL, True, base=Path("/p"), sources=SOURCES)
    assert "\033[" in colored
    plain = render_text(FULL, False, base=Path("/p"), sources=SOURCES)
    assert re.sub(r"\033\[[\d;]*m", "", colored) == plain


def test_without_a_place() -> None:
    """A diagnostic without a span is its message."""
    assert render_text(Diagnostic("OX0301", "x"), False) == "error[OX0301]: x\n"


def test_a_file_that_is_gone() -> None:
    """Without the source text the place is shown all the same."""
    text = render_text(Diagnostic("OX0301", "x", SPAN), False, base=Path("/q"))
    assert text == "error[OX0301]: x\n  --> /p/build.star:12:5\n"


def test_a_span_over_lines() -> None:
    """Of a span over several lines, its part of the first one is marked."""
    span = Span("/p/a", 1, 3, 2, 2)
    text = render_text(Diagnostic("OX0301", "x", span), False, sources={"/p/a": "x f(  \n1)\n"})
    assert "1 | x f(\n  |   ^^\n" in text


def test_json() -> None:
    """The JSON form has all parts, and the code's title."""
    parts = json.loads(render_json(FULL))
    assert parts["code"] == "OX0203"
    assert parts["title"] == "unknown argument"
    assert parts["span"] == {
        "file": "/p/build.star", "line": 12, "column": 5, "end_line": 12, "end_column": 9
    }  # fmt: skip
    assert parts["stack"][1]["function"] == "f"
    assert parts["notes"] == ["one", "two"]
    assert parts["help"] == "try this"


def test_no_credentials() -> None:
    """No text of a diagnostic tells credentials of a URL, in either form; variables' names stay."""
    url = "https://user:S3cr3t@h.invalid/x"
    told = Diagnostic("OX0901", f'"{url}" is bad', notes=(url, "https://u:${PW}@h/x"), help=url)
    for text in (render_text(told, False), render_json(told)):
        assert "S3cr3t" not in text
        assert text.count("https://****@h.invalid/x") == 3
        assert "https://u:${PW}@h/x" in text
