"""--explain: lines that say why actions run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oxidize.cli.reasons import reason
from oxidize.executor.why import Change, FileChange, Why
from oxidize.graph.action import SourceTree
from tests.cli.watched import Watched
from tests.executor.space import action


def test_lines_of_a_build(watched: Watched) -> None:
    """Each action that starts is told with what changed, before it has run."""
    folder = Path(watched.space.write("pkg/a", "1").path).parent
    out = action("upper", SourceTree(str(folder)), level=1)
    watched.build(out)
    watched.space.write("pkg/b", "")
    watched.told.truncate(0)
    watched.build(action("upper", SourceTree(str(folder)), level=2), explain=True)
    lines = watched.told.getvalue().lstrip("\0").splitlines()
    assert lines[:3] == ["run upper:", "  param level: 1 -> 2", "  input in (src/pkg): added b"]
    assert lines[3].startswith("[1/1] upper (")


def test_lines_for_programs(watched: Watched) -> None:
    """With --message-format json it is an object on stderr."""
    watched.as_json = True
    watched.build(action("join"), explain=True)
    assert json.loads(watched.told.getvalue()) == {
        "event": "why",
        "label": "join",
        "mnemonic": "join",
        "why": {"kind": "new", "changes": []},
    }


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (Change("tool cc", None, "2"), "tool cc: (nothing) -> 2"),
        (Change("param x", '["a","b"]', '["b","c"]'), 'param x: ["a"] -> ["c"]'),
        (Change("param x", '["a","b"]', '["b","a"]'), 'param x: ["a","b"] -> ["b","a"]'),
        (Change("input x", None, "d", "make it"), "input x (make it): added"),
        (Change("input x", "d", None), "input x: removed"),
        (Change("input x", "d", "e", "make it"), "input x (make it): changed"),
        (Change("input x", "d e", "e d"), "input x: in another order"),
        (
            Change("input x", "d", "e", "/t", tuple(FileChange(n, "added") for n in "abcdefg")),
            "input x (/t): added a, added b, added c, added d, added e, 2 more",
        ),
        (
            Change("param x", f'"{"a" * 90}1{"b" * 90}"', f'"{"a" * 90}2{"b" * 90}"'),
            f"param x: …{'a' * 16}1{'b' * 33}… -> …{'a' * 16}2{'b' * 33}…",
        ),
        (
            Change("param x", "a" * 60, "a" * 60 + "b"),
            f"param x: …{'a' * 16} -> …{'a' * 16}b",
        ),
        (
            Change("param x", '"https://me:secret@host/"', "1"),
            'param x: "https://****@host/" -> 1',
        ),
    ],
)
def test_changes(change: Change, line: str) -> None:
    """A change is told in one line, of long values what is near the difference."""
    assert list(reason("run x", Why("changed", (change,)))) == ["run x:", f"  {line}"]
