"""The content-addressed store."""

from __future__ import annotations

import os
import resource
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from oxidize.errors import EnvironmentProblem
from oxidize.executor.store import Lost, Store
from oxidize.graph.digest import Digest
from oxidize.graph.tree import Tree


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


def test_bytes_and_files(store: Store, tmp_path: Path) -> None:
    """What is put in is found under the digest of its content, read-only."""
    (tmp_path / "a").write_bytes(b"x" * 3_000_000)
    digest = store.put_file(tmp_path / "a")
    assert digest == Digest.of(b"x" * 3_000_000)
    assert store.checked(digest).read_bytes() == b"x" * 3_000_000
    assert stat.S_IMODE(store.path(digest).stat().st_mode) == 0o444
    assert store.path(store.put_bytes(b"")).read_bytes() == b""


def test_copying_leaves_the_original(store: Store, tmp_path: Path) -> None:
    """A file that is copied in keeps its mode and place; one that may be moved is gone."""
    for name, move in (("kept", False), ("moved", True)):
        (tmp_path / name).write_text(name)
        store.put_file(tmp_path / name, move=move)
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) & stat.S_IWUSR
    assert not (tmp_path / "moved").exists()


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_linked_outputs_are_copied(
    store: Store, tmp_path: Path, link: Callable[[Path, Path], None]
) -> None:
    """An output that is a link to a user's file doesn't take that file into the store."""
    original = tmp_path / "original"
    original.write_text("text")
    link(original, tmp_path / "output")
    digest = store.put_file(tmp_path / "output", move=True)
    original.write_text("edit")
    assert store.checked(digest).read_text() == "text"


def test_tree(store: Store, tmp_path: Path) -> None:
    """A tree lists its files with digests and executable bits; empty folders don't exist."""
    for name in ("b", "sub/a"):
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "tree" / "b").chmod(0o755)
    (tmp_path / "tree" / "empty").mkdir()
    tree = store.checked_tree(store.put_tree(tmp_path / "tree"))
    assert [(e.path, e.digest, e.executable) for e in tree.entries] == [
        ("b", Digest.of(b"b"), True),
        ("sub/a", Digest.of(b"sub/a"), False),
    ]


def test_damage_is_dropped(store: Store) -> None:
    """An entry whose bytes don't have its digest is noticed when used, and dropped."""
    digest = store.put_bytes(b"right")
    store.path(digest).chmod(0o644)
    store.path(digest).write_bytes(b"wrong")
    fresh = Store(store.folder)
    assert fresh.has(digest)
    with pytest.raises(Lost):
        fresh.checked(digest)
    assert not fresh.has(digest)


def test_putting_heals(store: Store, tmp_path: Path) -> None:
    """A damaged entry is right again when the same content is put in."""
    digest = store.put_bytes(b"right")
    store.path(digest).chmod(0o644)
    store.path(digest).write_bytes(b"wrong")
    Store(store.folder).put_bytes(b"right")
    assert Store(store.folder).checked(digest).read_bytes() == b"right"


def test_lost_file_of_a_tree_drops_the_tree(store: Store, tmp_path: Path) -> None:
    """When a file of a tree is lost, so is the tree: whoever made it is asked again."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "a").write_text("a")
    digest = store.put_tree(tmp_path / "tree")
    store.path(Digest.of(b"a")).unlink()
    fresh = Store(store.folder)
    assert fresh.tree(digest) == Tree.decode(store.path(digest).read_bytes())
    with pytest.raises(Lost):
        fresh.checked_tree(digest)
    assert not fresh.has(digest)


def test_copies_are_independent(store: Store, tmp_path: Path) -> None:
    """What is copied out can be edited without an effect on the store, and obeys the umask."""
    digest = store.put_bytes(b"right")
    target = tmp_path / "out" / "app"
    store.copy_out(digest, target, executable=True)
    target.write_bytes(b"wrong")
    assert Store(store.folder).checked(digest).read_bytes() == b"right"
    assert target.stat().st_mode & stat.S_IXUSR


def test_store_that_cannot_be_made(tmp_path: Path) -> None:
    """A cache directory that can't be written is told with its path."""
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentProblem, match=str(tmp_path / "file")):
        Store(tmp_path / "file" / "cache").put_bytes(b"x")


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full's kind of limit")
def test_full_disk(store: Store, tmp_path: Path) -> None:
    """When the disk is full, the error says so, and nothing broken is left behind."""
    kept = store.put_bytes(b"kept")
    pid = os.fork()
    if pid == 0:
        os._exit(_write_too_much(store))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    files = [path for path in store.folder.rglob("*") if path.is_file()]
    assert files == [store.path(kept)]


def _write_too_much(store: Store) -> int:
    import signal

    # A limit on file sizes fails a write half-way, as a full disk does.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    try:
        store.put_bytes(b"x" * 5000)
    except EnvironmentProblem:
        return 0
    return 1
