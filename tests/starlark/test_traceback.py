"""Reading errors back from Starlark's text."""

from __future__ import annotations

import pytest
import starlark

from oxidize.errors import Span
from oxidize.starlark.dialect import build_file_globals, dialect
from oxidize.starlark.traceback import Raised, read_error


def raised(text: str) -> Raised:
    with pytest.raises(starlark.StarlarkError) as caught:
        parsed = starlark.parse("a:b/build.star", text, dialect())
        starlark.eval(starlark.Module(), parsed, build_file_globals())
    return read_error(str(caught.value))


def test_message_span_and_stack() -> None:
    """An error in a nested call has its message, the span of the culprit and each level."""
    error = raised('def f(x):\n    return int(x)\n\ny = [f("z")]\n')
    assert error.message == "Cannot parse `z` as an integer in base 10"
    assert error.span == Span("a:b/build.star", 2, 12, 2, 18)
    assert [(each.function, each.line) for each in error.stack] == [("<module>", 4), ("f", 2)]


def test_a_message_of_several_lines() -> None:
    """A message may have lines, even such as look like a place."""
    error = raised('fail("a\\n --> b:1:1\\nerror: c")\n')
    assert error.message == "fail: a\n --> b:1:1\nerror: c"
    assert error.span == Span("a:b/build.star", 1, 1, 1, 32)


def test_a_span_over_several_lines() -> None:
    """The end of a span over several lines is read from the drawing."""
    error = raised('int(\n  "x",\n)\n')
    assert error.span == Span("a:b/build.star", 1, 1, 3, 2)


def test_columns_count_characters() -> None:
    """Columns count characters, not bytes."""
    error = raised('x = "éä", nope\n')
    assert error.span == Span("a:b/build.star", 1, 11, 1, 15)


@pytest.mark.parametrize("text", ["日本", "e\u0301e\u0301", "\u200d😀", "\t"])
def test_ends_count_characters_too(text: str) -> None:
    """The end is that of the culprit, though it is drawn in columns of a terminal."""
    culprit = f'"{text}" + 1'
    error = raised(f'x = [{culprit}, "more"]\n')
    assert error.span == Span("a:b/build.star", 1, 6, 1, 6 + len(culprit))
    error = raised(f'x = (1 +\n  "{text}" +\n  2)\n')
    assert error.span == Span("a:b/build.star", 1, 6, 2, 5 + len(text))
