"""Digests of files, remembered by signature."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from oxidize.executor.filecache import FileCache
from oxidize.executor.walk import walk
from oxidize.graph.action import SourceTree
from oxidize.graph.digest import Digest
from oxidize.signature import settled, signature_of, wait_until_settled
from tests.executor.space import keep_times


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    assert wait_until_settled(signature_of(path.stat()))
    return path


def look(cache: FileCache, path: Path) -> Digest:
    return cache.file(str(path), signature_of(path.stat()))


def test_known_file_is_not_read(tmp_path: Path) -> None:
    """A file whose signature is known isn't opened, in this process or the next."""
    path = written(tmp_path / "a", "1")
    cache = FileCache(tmp_path / "cache")
    expected, signature = look(cache, path), signature_of(path.stat())
    cache.save()
    path.unlink()
    assert cache.file(str(path), signature) == expected
    assert FileCache(tmp_path / "cache").file(str(path), signature) == expected


def test_scopes_are_apart(tmp_path: Path) -> None:
    """Each project has a list of its own."""
    path = written(tmp_path / "a", "1")
    cache = FileCache(tmp_path / "cache", "one")
    look(cache, path)
    cache.save()
    signature = signature_of(path.stat())
    path.unlink()
    with pytest.raises(FileNotFoundError):
        FileCache(tmp_path / "cache", "two").file(str(path), signature)


def test_new_bytes_with_old_size_and_time(tmp_path: Path) -> None:
    """A change that hides behind the old size and mtime is seen."""
    path = written(tmp_path / "a", "old")
    cache = FileCache(tmp_path / "cache")
    look(cache, path)
    before = path.stat()
    written(path, "new")
    keep_times(path, before)
    assert look(cache, path) == Digest.of(b"new")


def test_two_writes_in_one_tick(tmp_path: Path) -> None:
    """A file that changes twice within one tick of the clock isn't mistaken for its first state."""
    path = tmp_path / "a"
    for _ in range(500):
        cache = FileCache(tmp_path / "cache")
        path.write_text("old")
        before = path.stat()
        look(cache, path)
        path.write_text("new")
        keep_times(path, before)
        if signature_of(path.stat()) == signature_of(before):
            assert look(cache, path) == Digest.of(b"new")
            return
    pytest.skip("this file system's clock is too fine to be fooled")


def test_whole_seconds_are_doubted() -> None:
    """Where times are whole seconds, a file counts as settled only after two of them."""
    now = os.stat(".").st_ctime_ns  # any time in the past will do  # noqa: PTH116
    second = now // 1_000_000_000 * 1_000_000_000
    assert settled((1, 0, second - 10_000_000_000, 0, 0))
    assert not settled((1, 0, 1 << 62, 0, 0))


def test_list_of_a_tree(tmp_path: Path) -> None:
    """After an edit only the edited file of a tree is read."""
    folder = tmp_path / "src"
    folder.mkdir()
    written(folder / "a", "1")
    written(folder / "b", "2")
    source, cache = SourceTree(str(folder)), FileCache(tmp_path / "cache")
    cache.tree(source, walk(str(folder)))
    written(folder / "b", "3")
    found = walk(str(folder))
    (folder / "a").unlink()
    tree = cache.listed_tree(source, found)
    assert [entry.digest for entry in tree.entries] == [Digest.of(b"1"), Digest.of(b"3")]


def test_unwritable_memory_does_no_harm(tmp_path: Path) -> None:
    """Where nothing can be remembered, digests are right all the same."""
    (tmp_path / "cache").write_text("not a folder")
    path = written(tmp_path / "a", "1")
    cache = FileCache(tmp_path / "cache")
    assert look(cache, path) == Digest.of(b"1")
    cache.save()
    assert cache.tree(SourceTree(str(tmp_path)), walk(str(tmp_path))).size > 0
