"""Licences of libraries, told apart from what extension modules name."""

from __future__ import annotations

import pytest

from oxidize.distributions.licences import licences_of_texts
from oxidize.distributions.python_json import Variant


def module(licences: str, texts: str) -> Variant:
    return Variant("m", (), "", tuple(licences.split()), tuple(texts.split()))


@pytest.mark.parametrize(
    ("modules", "told"),
    [
        # readline is linked with both, _curses with one.
        (
            [module("BSD X11", "edit ncurses"), module("X11", "ncurses")],
            {"edit": {"BSD"}, "ncurses": {"X11"}},
        ),
        # Nothing tells these apart.
        ([module("TCL X11", "tcl tk")], {"tcl": {"TCL", "X11"}, "tk": {"TCL", "X11"}}),
        # One licence for two libraries, and two for one.
        ([module("Zlib", "a b")], {"a": {"Zlib"}, "b": {"Zlib"}}),
        ([module("MIT Zlib", "a"), module("MIT Zlib", "a")], {"a": {"MIT", "Zlib"}}),
        # Modules that contradict each other.
        ([module("MIT", "a"), module("Zlib", "a")], {"a": {"MIT", "Zlib"}}),
        ([module("MIT", "a"), module("Zlib", "a"), module("MIT", "a")], {"a": {"MIT", "Zlib"}}),
        # What isn't accounted for stays with a library that would have none left.
        ([module("MIT", "a b"), module("MIT", "b")], {"a": {"MIT"}, "b": {"MIT"}}),
        ([module("MIT", ""), module("", "a")], {"a": set()}),
    ],
)
def test_told_apart(modules: list[Variant], told: dict[str, set[str]]) -> None:
    """Each text is for the licences that only its own library can account for."""
    assert licences_of_texts(modules) == told
