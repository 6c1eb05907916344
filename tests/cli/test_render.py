"""Rendering diagnostics."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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


def excerpt(text: str, span: Span) -> list[str]:
    """The line and its carets, as they are rendered."""
    lines = render_text(Diagnostic("OX0301", "x", span), False, sources={"/p/a": text}).splitlines()
    return [line.partition("| ")[2] for line in lines[3:5]]


@pytest.mark.parametrize(
    ("line", "column", "end", "shown", "carets"),
    [
        ("\tf(x)", 2, 6, " f(x)", " ^^^^"),
        ('a = "日本", f(x)', 11, 15, 'a = "日本", f(x)', "            ^^^^"),
        ('a = "日本"', 5, 9, 'a = "日本"', "    ^^^^^^"),
        ('a = "e\u0301", f()', 11, 14, 'a = "e\u0301", f()', "         ^^^"),
        ('a = "😀", f()', 10, 13, 'a = "😀", f()', "          ^^^"),
        ("f(x)\r", 1, 5, "f(x)", "^^^^"),
        ("f(", 3, 4, "f(", "  ^"),
        ("a = '\x1b[31m'", 5, 13, "a = '␛[31m'", "    ^^^^^^^"),
        ("a = '\u202ex'", 5, 9, "a = '\ufffdx'", "    ^^^^"),
    ],
)
def test_carets_are_below_what_they_mark(
    line: str, column: int, end: int, shown: str, carets: str
) -> None:
    """Tabs, wide, combining and control characters put no caret elsewhere."""
    assert excerpt(line, Span("/p/a", 1, column, 1, end)) == [shown, carets]


def test_lines_as_starlark_counts_them() -> None:
    """Only a line feed ends a line; the last one may lack it; the end of the file has a place."""
    text = "a = '\x0c\u2028'\nb"
    assert excerpt(text, Span("/p/a", 2, 1, 2, 2)) == ["b", "^"]
    assert excerpt("a\n", Span("/p/a", 2, 1, 2, 1))[1] == "^"


def test_a_file_with_carriage_returns_and_a_byte_order_mark(tmp_path: Path) -> None:
    """Neither of them is shown, nor moves the carets."""
    file = tmp_path / "build.star"
    file.write_bytes(b"\xef\xbb\xbff(x)\r\ng(y)\r\n")
    for line, shown in ((1, "f(x)"), (2, "g(y)")):
        text = render_text(Diagnostic("OX0301", "x", Span(str(file), line, 3, line, 4)), False)
        assert f"{line} | {shown}\n  |   ^\n" in text


@pytest.mark.parametrize("column", [5, 500, 3990])
def test_a_very_long_line(column: int) -> None:
    """Of a very long line, the part around the span is shown."""
    line = "".join(f"{number:04}," for number in range(800))
    shown, carets = excerpt(line, Span("/p/a", 1, column, 1, column + 5))
    assert len(shown) < 170
    start = carets.index("^")
    assert shown[start : start + 5] == line[column - 1 : column + 4]
    assert carets.strip() == "^^^^^"
    wide = excerpt(line, Span("/p/a", 1, column, 1, 4001))
    assert len(wide[1]) < 170


def test_no_message_controls_the_terminal() -> None:
    """Names of files and values in messages come from anywhere: control characters are shown."""
    told = Diagnostic("OX0209", "no file a\x1b[2J\r", help="\x07")
    assert render_text(told, False) == "error[OX0209]: no file a␛[2J␍\nhelp: ␇\n"
