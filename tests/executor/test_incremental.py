"""What runs is exactly what changed."""

from __future__ import annotations

import os
from pathlib import Path

from oxidize.graph.action import SourceTree
from tests.executor.space import Space, action, keep_times


def test_first_build_runs_everything(space: Space) -> None:
    """A first build runs each action, and its output has the content that the action wrote."""
    out = action("join", action("join", space.write("a", "1"), tail="2"), tail="3")
    result = space.build(out)
    assert (result.ran, result.cached) == (2, 0)
    assert space.bytes(out, result) == b"123"


def test_unchanged_build_runs_nothing(space: Space) -> None:
    """An unchanged build runs no action."""
    out = action("join", action("join", space.write("a", "1")), tail="3")
    space.build(out)
    result = space.build(out)
    assert (result.ran, result.cached) == (0, 2)


def test_touch_runs_nothing(space: Space) -> None:
    """A new mtime over the same bytes runs no action."""
    source = space.write("a", "1")
    out = action("join", source)
    space.build(out)
    os.utime(source.path, (1, 1))
    assert space.build(out).ran == 0


def test_same_size_and_time(space: Space) -> None:
    """New bytes with the old size and the old mtime are built."""
    source = space.write("a", "old")
    out = action("join", source)
    space.build(out)
    before = Path(source.path).stat()
    space.write("a", "new")
    keep_times(Path(source.path), before)
    result = space.build(out)
    assert result.ran == 1
    assert space.bytes(out, result) == b"new"


def test_same_size_and_time_in_tree(space: Space) -> None:
    """New bytes with the old size and mtime are noticed within a source tree too."""
    source = Path(space.write("pkg/a", "old").path)
    out = action("upper", SourceTree(str(source.parent)))
    space.build(out)
    before = source.stat()
    source.write_text("new")
    keep_times(source, before)
    assert space.build(out).ran == 1


def test_early_cut_off(space: Space) -> None:
    """When an action's new output equals the old one, nothing downstream runs."""
    source = space.write("a", "# old\nx\n")
    out = action("join", action("strip", source))
    space.build(out)
    space.write("a", "# newer\nx\n")
    result = space.build(out)
    assert (result.ran, result.cached) == (1, 1)


def test_going_back_runs_nothing(space: Space) -> None:
    """Undoing an edit finds the old outputs again."""
    out = action("join", space.write("a", "1"))
    space.build(out)
    space.write("a", "2")
    space.build(out)
    space.write("a", "1")
    assert space.build(out).ran == 0


def test_parameters_and_version_are_in_the_key(space: Space) -> None:
    """Another parameter, or another version of the kind, is another action."""
    source = space.write("a", "1")
    space.build(action("join", source))
    assert space.build(action("join", source, tail="x")).ran == 1
    kind = type("Newer", (type(space.kinds["join"]),), {"version": 2})()
    space.kinds = {**space.kinds, "join": kind}
    assert space.build(action("join", source)).ran == 1


def test_tools_are_in_the_key(space: Space) -> None:
    """A new version of a tool runs what uses it."""
    out = action("join", space.write("a", "1"))
    space.build(out)
    tools = {"tools": lambda self: {"cc": "2"}}
    kind = type("Other", (type(space.kinds["join"]),), tools)()
    space.kinds = {**space.kinds, "join": kind}
    assert space.build(out).ran == 1


def test_place_is_not_in_the_key(space: Space, tmp_path: Path) -> None:
    """The same content in another folder is the same action."""
    space.build(action("upper", SourceTree(str(Path(space.write("one/a", "1").path).parent))))
    again = action("upper", SourceTree(str(Path(space.write("two/a", "1").path).parent)))
    assert space.build(again).ran == 0


def test_executable_bit_is_in_the_key(space: Space) -> None:
    """Making a file of a tree executable is a change."""
    source = Path(space.write("pkg/a", "1").path)
    out = action("upper", SourceTree(str(source.parent)))
    space.build(out)
    source.chmod(0o755)
    result = space.build(out)
    assert result.ran == 1
    (entry,) = space.store.tree(result.built(out).digest).entries
    assert entry.executable


def test_new_and_removed_files_of_a_tree(space: Space) -> None:
    """A file that comes or goes changes its tree."""
    source = Path(space.write("pkg/a", "1").path)
    out = action("upper", SourceTree(str(source.parent)))
    space.build(out)
    extra = Path(space.write("pkg/b", "2").path)
    assert space.build(out).ran == 1
    extra.unlink()
    assert space.build(out).ran == 0


def test_discovered_inputs(space: Space) -> None:
    """Inputs that an action finds for itself count like declared ones."""
    found = space.write("found", "1")
    out = action("listing", space.write("names", found.path), role="names")
    space.build(out)
    assert space.build(out).ran == 0
    space.write("found", "2")
    result = space.build(out)
    assert result.ran == 1
    assert space.bytes(out, result) == b"2"


def test_discovered_tree(space: Space) -> None:
    """A folder that an action looks through by itself is watched."""
    folder = Path(space.write("pkg/a", "1").path).parent
    out = action("count", folder=str(folder))
    space.build(out)
    space.write("pkg/b", "1")
    assert space.bytes(out, space.build(out)) == b"2"


def test_equal_actions_run_once(space: Space) -> None:
    """Two declarations of the same step run it once."""
    source = space.write("a", "1")
    log = str(space.root / "log")
    outs = [action("join", source, log=log) for _ in range(5)]
    result = space.build(*outs, jobs=4)
    assert (result.ran, result.cached) == (1, 4)
    assert Path(log).read_text() == "ran\n"


def test_deep_and_wide_graph(space: Space) -> None:
    """A chain deeper than Python's stack builds, and so does one action with many users."""
    out = action("join", space.write("a", ""))
    for _ in range(1500):
        out = action("join", out)
    wide = [action("join", out, tail=str(n)) for n in range(100)]
    result = space.build(*wide)
    # Every link of the chain gives the same empty file: equal keys, so it runs once.
    assert (result.ran, result.cached) == (101, 1500)
