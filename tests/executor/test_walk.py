"""Walking source trees."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from oxidize.errors import ActionError
from oxidize.executor.filecache import FileCache
from oxidize.executor.sources import Sources
from oxidize.executor.walk import FolderLoop, walk
from oxidize.graph.action import SourceTree


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("b.py", "a/x.py", "a/tests/t.py", "a.py", "a/__pycache__/x.pyc", "c/d/e.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


def paths(root: Path, *include: str, exclude: tuple[str, ...] = ()) -> list[str]:
    found = walk(str(root), include, exclude, frozenset({"__pycache__"}))
    return [file.path for file in found]


def test_everything_sorted(tree: Path) -> None:
    """All files come, sorted by their whole path, without what is to be skipped."""
    assert paths(tree) == ["a.py", "a/tests/t.py", "a/x.py", "b.py", "c/d/e.txt"]


def test_include(tree: Path) -> None:
    """Included are files and folders, also deeper ones; each file comes once."""
    assert paths(tree, "c", "a/x.py") == ["a/x.py", "c/d/e.txt"]
    assert paths(tree, "a", "a/tests") == ["a/tests/t.py", "a/x.py"]


@pytest.mark.parametrize("pattern", ["tests", "a/tests", "t*s", "*/t.py", "t.py"])
def test_exclude(tree: Path, pattern: str) -> None:
    """Patterns are tried on the last part and on the whole path, of folders too."""
    assert "a/tests/t.py" not in paths(tree, exclude=(pattern,))
    assert "a/x.py" in paths(tree, exclude=(pattern,))


def test_missing(tree: Path) -> None:
    """A root or an included path that isn't there, or isn't a folder, is an error."""
    for root, include in ((tree / "none", ()), (tree / "b.py", ()), (tree, ("none",))):
        with pytest.raises(OSError):
            walk(str(root), include)


def test_links(tree: Path) -> None:
    """Links to files and folders are followed; dangling ones are left out."""
    (tree / "c" / "link.py").symlink_to(tree / "b.py")
    (tree / "c" / "folder").symlink_to(tree / "a" / "tests")
    (tree / "c" / "dangling").symlink_to(tree / "none")
    assert paths(tree, "c") == ["c/d/e.txt", "c/folder/t.py", "c/link.py"]


def test_special_files(tree: Path) -> None:
    """What is neither file nor folder is left out, and never opened."""
    os.mkfifo(tree / "c" / "fifo")
    assert paths(tree, "c") == ["c/d/e.txt"]


@pytest.mark.parametrize("target", [".", "..", "../..", "d"])
def test_loops(tree: Path, target: str) -> None:
    """A link to a folder above itself is refused, however it gets there."""
    (tree / "c" / "d" / "loop").symlink_to(target if target != "d" else tree / "c" / "d")
    with pytest.raises(FolderLoop):
        walk(str(tree))


def test_mutual_loop(tree: Path) -> None:
    """Two folders that link to each other are refused."""
    (tree / "a" / "to_c").symlink_to(tree / "c")
    (tree / "c" / "to_a").symlink_to(tree / "a")
    with pytest.raises(FolderLoop):
        walk(str(tree), ("a",))


def test_same_folder_twice(tree: Path) -> None:
    """Two links to one folder are no loop."""
    for name in ("one", "two"):
        (tree / "c" / name).symlink_to(tree / "a" / "tests")
    assert paths(tree, "c") == ["c/d/e.txt", "c/one/t.py", "c/two/t.py"]


def test_names_that_are_not_utf8(tree: Path) -> None:
    """A file name that isn't UTF-8 is a name like others."""
    name = os.fsdecode(b"\xff.txt")
    (tree / "c" / name).write_text("x")
    assert paths(tree, "c") == ["c/d/e.txt", f"c/{name}"]


@pytest.mark.parametrize("link", ["a/out", "c/d/out.txt"])
@pytest.mark.parametrize("include", [(), ("a", "c")])
def test_links_that_leave_a_closed_tree(
    link: str, include: tuple[str, ...], tree: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In a tree that ends somewhere, a link to a file or folder behind that end is an error that
    names it; links inside, and the same tree without an end, are fine."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret").write_text("secret")
    (tree / "a" / "in").symlink_to("../c")
    closed = SourceTree(str(tree), include, within=str(tree))
    cache = FileCache(outside / "cache")
    Sources(cache).look(closed)
    (tree / link).symlink_to(outside if link == "a/out" else outside / "secret")
    with pytest.raises(ActionError) as caught:
        Sources(cache).look(closed)
    assert caught.value.diagnostic.code == "OX0121"
    assert Path(link).name in caught.value.diagnostic.message
    Sources(cache).look(SourceTree(str(tree), include))


def test_a_closed_tree_that_is_a_link(tree: Path) -> None:
    """A tree that is itself a link out of its end is refused, and so is an included one."""
    closed = tree / "closed"
    closed.mkdir()
    (closed / "out").symlink_to("../a")
    for source in (
        SourceTree(str(closed / "out"), within=str(closed)),
        SourceTree(str(closed), ("out",), within=str(closed)),
    ):
        with pytest.raises(ActionError):
            Sources(FileCache(tree / "cache")).look(source)
