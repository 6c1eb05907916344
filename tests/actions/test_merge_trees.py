"""merge-trees: several trees in one."""

from __future__ import annotations

import pytest

from oxidize.graph.action import Action, SourceTree
from tests.executor.space import Space


def merging(space: Space, *trees: str) -> Action:
    inputs = {
        f"tree/{number}": (SourceTree(str(space.root / "src" / tree)),)
        for number, tree in enumerate(trees)
    }
    return Action("merge-trees", "test", {"count": len(trees)}, inputs)


def test_equal_files_are_no_conflict(space: Space) -> None:
    """All files are there; of a path in both trees, the one content."""
    space.write("one/lib/a.py", "a")
    space.write("two/lib/a.py", "a")
    space.write("two/b.py", "b")
    space.deliver(app=merging(space, "one", "two").output("tree"))
    assert (space.out / "app/lib/a.py").read_text() == "a"
    assert (space.out / "app/b.py").read_text() == "b"


@pytest.mark.parametrize("other", ["lib", "lib/a.py", "lib/a.py/b"])
def test_conflicts(space: Space, other: str) -> None:
    """Another file at a path, or a file where the other tree has a folder, is an error."""
    space.write("one/lib/a.py", "a")
    space.write(f"two/{other}", "other")
    (failure,) = space.build(merging(space, "one", "two").output("tree")).failures
    assert failure.diagnostic.code == "OX0436"
