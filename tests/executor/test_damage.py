"""A store that someone or something has spoiled mends itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from oxidize.executor.sealed import write_sealed
from oxidize.graph.action import Output, SourceTree
from tests.executor.space import Space, action


def flip(path: Path) -> None:
    data = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(bytes([data[0] ^ 1]) + data[1:])


def truncate(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])


def remove(path: Path) -> None:
    path.unlink()


DAMAGE = pytest.mark.parametrize("damage", [flip, truncate, remove])


def chain(space: Space) -> tuple[Output, Output]:
    """A chain of two actions, of which only the second one will have to run."""
    middle = action("join", space.write("a", "middle"))
    return middle, action("join", middle, space.write("b", "1"))


@DAMAGE
def test_damaged_file_as_input(space: Space, damage: Callable[[Path], None]) -> None:
    """A spoiled entry is made again when an action needs it."""
    middle, out = chain(space)
    result = space.build(out)
    damage(space.store.path(result.built(middle).digest))
    space.write("b", "2")
    result = space.build(out)
    assert result.failures == ()
    assert space.bytes(out, result) == b"middle2"


@DAMAGE
def test_damaged_file_of_a_tree(space: Space, damage: Callable[[Path], None]) -> None:
    """A tree, one of whose files is spoiled, is made again."""
    folder = Path(space.write("pkg/a", "text").path).parent
    tree = action("upper", SourceTree(str(folder)))
    code = "import os;print(open('a').read(), CODE)"
    space.build(action("folder", tree, code=code.replace("CODE", "1")))
    (entry,) = space.store.tree(space.build(tree).built(tree).digest).entries
    damage(space.store.path(entry.digest))
    out = action("folder", tree, code=code.replace("CODE", "2"))
    result = space.build(out)
    assert result.failures == ()
    assert space.bytes(out, result) == b"TEXT 2\n"


@DAMAGE
def test_damaged_output(space: Space, damage: Callable[[Path], None]) -> None:
    """An output that is spoiled in the store is made again before it is delivered."""
    out = action("join", space.write("a", "content"))
    result = space.build(out)
    damage(space.store.path(result.built(out).digest))
    space.deliver(app=out)
    assert (space.out / "app").read_bytes() == b"content"


@DAMAGE
def test_damaged_file_of_a_delivered_tree(space: Space, damage: Callable[[Path], None]) -> None:
    """A delivered tree is made again if one of its files is spoiled in the store."""
    folder = Path(space.write("pkg/a", "text").path).parent
    tree = action("upper", SourceTree(str(folder)))
    (entry,) = space.store.tree(space.build(tree).built(tree).digest).entries
    damage(space.store.path(entry.digest))
    space.deliver(lib=tree)
    assert (space.out / "lib" / "a").read_text() == "TEXT"


@DAMAGE
def test_damaged_discovery(space: Space, damage: Callable[[Path], None]) -> None:
    """An entry is made again if it turns out spoiled while inputs are looked for."""
    found = space.write("found", "x")
    names = action("join", space.write("names", found.path))
    out = action("listing", names, role="names")
    result = space.build(out)
    damage(space.store.path(result.built(names).digest))
    result = space.build(out)
    assert result.failures == ()
    assert space.bytes(out, result) == b"x"


@DAMAGE
def test_damaged_action_cache(space: Space, damage: Callable[[Path], None]) -> None:
    """A spoiled entry of the action cache costs a run and nothing else."""
    out = action("join", space.write("a", "1"))
    space.build(out)
    (entry,) = (path for path in (space.cache / "actions").rglob("*") if path.is_file())
    damage(entry)
    result = space.build(out)
    assert result.ran == 1
    assert space.bytes(out, result) == b"1"


@DAMAGE
def test_damaged_file_cache(space: Space, damage: Callable[[Path], None]) -> None:
    """Spoiled memories of source files cost reading them again and nothing else."""
    folder = Path(space.write("pkg/a", "1").path).parent
    outs = [action("upper", SourceTree(str(folder))), action("join", space.write("b", "2"))]
    space.build(*outs)
    for path in (space.cache / "files").iterdir():
        damage(path)
    assert space.build(*outs).ran == 0


def test_foreign_entry(space: Space) -> None:
    """A file with a valid seal, but of someone else's making, is no entry."""
    out = action("join", space.write("a", "1"))
    space.build(out)
    (entry,) = (path for path in (space.cache / "actions").rglob("*") if path.is_file())
    write_sealed(entry, b'{"outputs": 3}')
    assert space.build(out).ran == 1


def test_deep_damage(space: Space) -> None:
    """A store that lost every file mends in one build."""
    out = action("join", space.write("a", "x"), tail="0")
    for n in range(20):
        out = action("join", out, tail=str(n))
    last = action("join", out, space.write("b", "1"))
    space.build(last)
    for path in (space.cache / "blobs").rglob("*"):
        if path.is_file():
            path.unlink()
    space.write("b", "2")
    result = space.build(last)
    assert result.failures == ()
    assert space.bytes(last, result).endswith(b"192")
