"""What a verification finds and drops."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from oxidize.graph.action import SourceTree
from oxidize.upkeep.verifier import Verifier
from tests.executor.space import Space, action
from tests.executor.test_damage import flip, truncate


def dropped(space: Space) -> list[tuple[str, str]]:
    return [(each.kind, each.why) for each in Verifier(space.cache).verify().dropped]


def one_file(folder: Path) -> Path:
    (path,) = (path for path in folder.rglob("*") if path.is_file())
    return path


def test_sound(space: Space) -> None:
    """What builds leave is sound; all of it is looked at."""
    folder = Path(space.write("pkg/a", "text").path).parent
    space.deliver(tree=action("upper", SourceTree(str(folder))), out=action("join", tail="x"))
    verified = Verifier(space.cache).verify()
    assert verified.dropped == ()
    kinds = ("actions", "blobs", "files", "outputs")
    found = (path for kind in kinds for path in (space.cache / kind).rglob("*"))
    assert verified.entries == sum(path.is_file() for path in found)


@pytest.mark.parametrize("damage", [flip, truncate])
def test_damaged_content(space: Space, damage: Callable[[Path], None]) -> None:
    """A content that isn't what its name says goes, with the entry that refers to it."""
    out = action("join", tail="right")
    space.build(out)
    damage(one_file(space.cache / "blobs"))
    assert dropped(space) == [("blobs", "content"), ("actions", "incomplete")]
    assert dropped(space) == []
    result = space.build(out)
    assert space.bytes(out, result) == b"right"


def test_damaged_entry(space: Space) -> None:
    """An action's entry that isn't whole goes, and so do lists of files."""
    space.deliver(out=action("join", space.write("a", "x")))
    for kind in ("actions", "files", "outputs"):
        truncate(one_file(space.cache / kind))
    assert sorted(dropped(space)) == [
        ("actions", "damaged"),
        ("files", "damaged"),
        ("outputs", "damaged"),
    ]


def test_file_of_a_tree_is_gone(space: Space) -> None:
    """An entry with a tree goes when one of the tree's files is gone."""
    folder = Path(space.write("pkg/a", "text").path).parent
    tree = action("upper", SourceTree(str(folder)))
    (entry,) = space.store.tree(space.build(tree).built(tree).digest).entries
    space.store.path(entry.digest).unlink()
    assert dropped(space) == [("actions", "incomplete")]


def test_foreign(space: Space) -> None:
    """A file that nobody of ours put there goes; one that is being written doesn't."""
    space.build(action("join", tail="x"))
    (space.cache / "blobs" / "readme").write_text("?")
    being_written = space.cache / "blobs" / ".oxidize-0123456789abcdef.tmp"
    being_written.write_text("half")
    assert dropped(space) == [("blobs", "foreign")]
    assert being_written.exists()
