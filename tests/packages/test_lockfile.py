"""The lock as a file: what is written is read back, and damage is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oxidize.errors import UsageError
from oxidize.packages.lockfile import Asked, Lock, Package, Section

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
PACKAGES = st.builds(Package, TEXT, TEXT, TEXT, TEXT, TEXT, st.lists(TEXT, max_size=3).map(tuple))
ASKED = st.builds(
    Asked,
    st.lists(TEXT, max_size=3).map(tuple),
    st.lists(TEXT, max_size=2).map(tuple),
    st.lists(TEXT, max_size=2).map(tuple),
    st.dictionaries(TEXT, TEXT, max_size=2),
    TEXT,
)
SECTIONS = st.builds(
    Section,
    TEXT,
    st.sampled_from(["3.9", "3.11", "3.13"]),
    ASKED,
    st.lists(PACKAGES, max_size=3).map(lambda found: tuple(sorted(found))),
)


@given(st.lists(SECTIONS, max_size=3))
def test_read_back(sections: list[Section]) -> None:
    """A lock is read back as it was written, and written as it was read."""
    lock = Lock()
    for section in sections:
        lock = lock.put(section)
    path = Path("oxidize.lock")
    assert Lock.parse(lock.dump(), path) == lock
    assert Lock.parse(lock.dump(), path).dump() == lock.dump()


def test_sections_are_sorted() -> None:
    """Sections are in the order of targets and of Pythons as numbers, whoever came first."""
    asked = Asked(())
    first = Lock().put(Section("b", "3.13", asked, ())).put(Section("a", "3.9", asked, ()))
    lock = first.put(Section("a", "3.11", asked, ())).put(Section("b", "3.13", asked, ()))
    assert [(s.target, s.python) for s in lock.sections] == [
        ("a", "3.9"),
        ("a", "3.11"),
        ("b", "3.13"),
    ]


def test_missing(tmp_path: Path) -> None:
    """A lock that isn't there is an empty one."""
    assert Lock.load(tmp_path / "oxidize.lock") == Lock()


@pytest.mark.parametrize(
    "text",
    [
        "<<<<<<< HEAD",
        "version = 2",
        "",
        "version = 1\n[[section]]\ntarget = 'a'",
        "version = 1\nsection = 3",
        "version = 1\n[[section]]\ntarget='a'\npython='3.11'\nrequirements=[]\npackage=[3]",
        b"\xff",
    ],
)
def test_damaged(tmp_path: Path, text: str | bytes) -> None:
    """A damaged lock, of a merge conflict say, is an error that says what to do."""
    path = tmp_path / "oxidize.lock"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError, match=r"oxidize\.lock can't be read") as caught:
        Lock.load(path)
    assert caught.value.exit_code == 2
    assert "oxidize lock" in str(caught.value.diagnostic.help)
