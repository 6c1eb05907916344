"""Finding calls and arguments in a build file's text."""

from __future__ import annotations

import pytest

from oxidize.errors import Span
from oxidize.starlark.callsite import find_call, last_call
from oxidize.starlark.sources import Source


def source(text: str) -> Source:
    return Source.of("build.star", text)


def test_a_call_over_several_lines() -> None:
    """A call is found by the line of its statement and its name, up to its last bracket."""
    text = 'x = (a.b(1) # )\n    .make(\n  name = "}",  # here (\n  [1, (2)],\n))\n'
    call = find_call(source(text), 1, "make")
    assert call is not None
    assert call.span == Span("build.star", 2, 6, 5, 2)
    assert source(text).cut(call.span).startswith("make(\n")
    assert [(each.name, source(text).cut(each.span)) for each in call.arguments] == [
        ("name", 'name = "}"'),
        (None, "[1, (2)]"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        'f("""a\n(""", x)',
        "f('a\\'(', x)",
        'f(r"a(", x)',
        "f((lambda a, b: a), x)",
        "f({1: ')'}, x)",
        "f(a == b, x)",
    ],
)
def test_brackets_in_strings_do_not_count(text: str) -> None:
    """Strings of all kinds, comments and nested brackets don't confuse the arguments."""
    call = find_call(source(text), 1, "f")
    assert call is not None
    assert len(call.arguments) == 2
    assert call.arguments[0].name is None
    assert source(text).cut(call.arguments[1].span) == "x"


def test_the_statement_bounds_the_search() -> None:
    """A call of that name in a later statement isn't taken for this one."""
    assert find_call(source("g = f\ng(1)\nf(2)\n"), 2, "f") is None


def test_the_last_call_of_a_span() -> None:
    """Of a chain of calls, the one that the span ends with is meant."""
    text = "a(1).b(c(2), d = 3)"
    found = last_call(source(text), Span("build.star", 1, 1, 1, len(text) + 1))
    assert found is not None
    assert found.callee == "b"
    argument = found.argument("d", None)
    assert argument is not None
    assert source(text).cut(argument) == "d = 3"
    first = found.argument("x", 0)
    assert first is not None
    assert source(text).cut(first) == "c(2)"


def test_an_unfinished_call_is_no_call() -> None:
    """Text that ends inside a call gives none."""
    assert find_call(source("f(1, (2)"), 1, "f") is None
