"""Lookup: what load and analysis ask of the disk, and whether the answers still hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from oxidize import lookup
from oxidize.lookup import Looks, recording
from oxidize.signature import signature_of, wait_until_settled


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file, a folder and a link to a file."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "file").write_text("text")
    (tmp_path / "inner" / "far").write_text("far")
    (tmp_path / "link").symlink_to("inner/far")
    for path in (tmp_path, *tmp_path.rglob("*")):
        assert wait_until_settled(signature_of(path.lstat()))
    return tmp_path


def write(name: str, text: str = "other") -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text)


def remove(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def relink(folder: Path) -> None:
    (folder / "link").unlink()
    (folder / "link").symlink_to("file")


# What is asked, and what changes the answer.
QUESTIONS: dict[str, tuple[Callable[[Path], object], Callable[[Path], object]]] = {
    "file is there": (lambda p: lookup.is_file(p / "file"), remove("file")),
    "file isn't there": (lambda p: lookup.is_file(p / "new"), write("new")),
    "folder is there": (
        lambda p: lookup.is_folder(p / "inner"),
        lambda p: (p / "inner").rename(p / "x"),
    ),
    "nothing is there": (
        lambda p: lookup.exists(p / "new" / "er"),
        lambda p: (p / "new" / "er").mkdir(parents=True),
    ),
    "size": (lambda p: lookup.size(p / "file"), lambda p: (p / "file").write_text("longer")),
    "can be run": (lambda p: lookup.is_runnable(p / "file"), lambda p: (p / "file").chmod(0o755)),
    "link's target": (lambda p: lookup.real(p / "link"), relink),
    "content": (lambda p: lookup.read(p / "file"), write("file", "next")),
    "text": (lambda p: lookup.read_text(p / "file"), write("file", "next")),
    "names": (lookup.names, write("new")),
    "entries": (lookup.entries, remove("file")),
    "what a listed link leads to": (lookup.entries, remove("inner/far")),
    "matching": (lambda p: lookup.matching(p, "in*/f*"), write("inner/fast")),
    "no longer matching": (lambda p: lookup.matching(p, "*"), remove("file")),
    "neighbours": (lambda p: lookup.neighbours(p / "*"), write("new")),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_change(folder: Path, question: str) -> None:
    """An answer holds until what it says is true no more."""
    ask, change = QUESTIONS[question]
    looks = Looks()
    with recording(looks):
        before = ask(folder)
    answers = [(*at, answer) for at, answer in looks.answers.items()]
    assert answers
    assert looks.settled
    assert lookup.unchanged(answers)
    change(folder)
    assert not lookup.unchanged(answers)
    if question != "what a listed link leads to":
        assert str(ask(folder)) != str(before)


def test_unsettled() -> None:
    """What was written within the clock's present tick could change without a trace."""
    looks = Looks()
    looks.note("content", "old", (1, 0, 1, 0, 0))
    assert looks.settled
    looks.note("content", "new", (1, 0, 1 << 62, 0, 0))
    assert not looks.settled


def test_nothing_recorded(tmp_path: Path) -> None:
    """What is asked outside is not kept."""
    looks = Looks()
    with recording(looks):
        pass
    assert not lookup.exists(tmp_path / "none")
    assert not looks.answers
