"""The memory of builds: an unchanged one is known without loading anything, and no other is."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.space import Space

BUILD_FILE = """
load(":rules.star", "named")

def make():
    files = glob(["src/**"], exclude = ["src/*.bak"])
    files.add_file(FileContent(filename = "written", content = named(VARS.get("text"))))
    files.add_file(FileContent(path = "loose.txt"))
    return files

register_target("notes", make)
"""
RULES = """
def named(text):
    return "%s of %s" % (text, CONFIG_PATH)
"""


@pytest.fixture
def space(tmp_path: Path) -> Space:
    """A project whose build is cheap, built so that it is remembered."""
    space = Space(tmp_path / "project", tmp_path / "cache")
    space.write("build.star", BUILD_FILE)
    space.write("rules.star", RULES)
    space.write("src/a.txt", "a\n")
    space.write("src/inner/b.txt", "b\n")
    space.write("loose.txt", "loose\n")
    space.write("elsewhere/other.txt", "other\n")
    (space.root / "src" / "link").symlink_to("../elsewhere/other.txt")
    space.settle()
    space.build()
    return space


def loads(space: Space, *arguments: str) -> bool:
    """Whether a build, which must succeed, evaluates the build file."""
    done = space.oxidize("build", *arguments, env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert done.returncode == 0, done.stderr
    return "oxidize.starlark.session" in done.stderr


def test_unchanged(space: Space) -> None:
    """A build that has nothing to do doesn't evaluate the build file, and tells what it always
    tells."""
    assert not loads(space)
    told = json.loads(space.build("--message-format", "json").stdout)
    whole = json.loads(space.build("--message-format", "json", "-v").stdout)
    assert told.pop("seconds") >= 0
    assert whole.pop("seconds") >= 0
    assert told == whole
    assert "notes is up to date: " in space.build().stderr
    assert "up to date" not in space.build("-q").stderr


def test_log(space: Space) -> None:
    """The log tells of such a build as of any other one."""
    space.build("-v")
    whole = json.loads(space.oxidize("log", "--json").stdout)
    assert not loads(space)
    told = json.loads(space.oxidize("log", "--json").stdout)
    for name in ("verb", "targets", "outcome", "ran", "cached", "failed"):
        assert told[name] == whole[name]
    assert told["began"] > whole["began"]


def same_looks(space: Space) -> None:
    """New bytes with the old size and mtime."""
    path = space.root / "src" / "a.txt"
    before = path.stat()
    path.write_text("A\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def retarget(space: Space) -> None:
    """Another file behind a link, whose folder stays as it is."""
    path = space.root / "elsewhere" / "other.txt"
    path.with_name("new").write_text("new\n")
    path.with_name("new").replace(path)


CHANGES: dict[str, Callable[[Space], object]] = {
    "build file": lambda space: space.write("build.star", BUILD_FILE + "\n"),
    "rules": lambda space: space.write("rules.star", RULES.replace("of", "from")),
    "source": lambda space: space.write("loose.txt", "changed\n"),
    "same size and mtime": same_looks,
    "mode": lambda space: (space.root / "loose.txt").chmod(0o755),
    "new file": lambda space: space.write("src/inner/c.txt", "c\n"),
    "excluded file": lambda space: space.write("src/c.bak", "c\n"),
    "removed file": lambda space: (space.root / "src" / "inner" / "b.txt").unlink(),
    "behind a link": retarget,
    "dangling link": lambda space: (space.root / "elsewhere" / "other.txt").unlink(),
    "project file": lambda space: space.write("oxidize.toml", "[libraries]\n"),
    "edited output": lambda space: (space.outputs("notes") / "written").write_text("mine"),
    "removed output": lambda space: (space.outputs("notes") / "written").unlink(),
    "output's mode": lambda space: (space.outputs("notes") / "written").chmod(0o755),
    "no outputs": lambda space: shutil.rmtree(space.root / "build"),
    "no cache": lambda space: shutil.rmtree(space.cache),
}


@pytest.mark.parametrize("change", CHANGES)
def test_change(space: Space, change: str) -> None:
    """Whatever changes, the build notices, and delivers what a clean build does."""
    assert not loads(space)
    CHANGES[change](space)
    assert loads(space)
    delivered = contents(space.outputs("notes"))
    shutil.rmtree(space.root / "build")
    shutil.rmtree(space.cache)
    space.build()
    assert contents(space.outputs("notes")) == delivered


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(each.relative_to(folder)): (each.read_bytes(), each.stat().st_mode) for each in files
    }


@pytest.mark.parametrize(
    "arguments", [["--var", "other=x"], ["--release"], ["notes"], ["--offline"]]
)
def test_other_command(space: Space, arguments: list[str]) -> None:
    """What is asked for otherwise is another build."""
    assert loads(space, *arguments)
    assert not loads(space, *arguments)
    assert not loads(space)


def test_other_outputs(space: Space) -> None:
    """What another build of the same target left there is removed."""
    more = """\
    if "more" in VARS:
        files.add_file(FileContent(filename = "more", content = ""))
"""
    space.write("build.star", BUILD_FILE.replace("    return", more + "    return"))
    space.settle()
    space.build()
    assert not loads(space)
    space.build("--var", "more=yes")
    assert (space.outputs("notes") / "more").exists()
    space.build()
    assert not (space.outputs("notes") / "more").exists()


@pytest.mark.parametrize("damage", [b"", b"x" * 300, None])
def test_damage(space: Space, damage: bytes | None) -> None:
    """A damaged or truncated memo counts for nothing."""
    (memo,) = (space.cache / "v1" / "memos").iterdir()
    memo.write_bytes(memo.read_bytes()[:-1] if damage is None else damage)
    assert loads(space)
    assert not loads(space)


def test_age(space: Space) -> None:
    """Once a day the whole build is walked, which tells the store what is in use."""
    (memo,) = (space.cache / "v1" / "memos").iterdir()
    os.utime(memo, (0, 0))
    assert loads(space)
    assert not loads(space)


def test_print(space: Space) -> None:
    """What a build file prints is told in every build, and so are warnings."""
    space.write("build.star", BUILD_FILE + 'print("hear, hear")\n')
    space.settle()
    small = {"OXIDIZE_CACHE_MAX_SIZE": "unclear"}
    first = space.oxidize("build", env=small).stderr
    assert "hear, hear" in first
    assert not loads(space)
    again = space.oxidize("build", env=small).stderr
    assert again.splitlines()[0] == "hear, hear"
    assert first.count("warning") == again.count("warning") == 1


def test_failure(space: Space) -> None:
    """A failed build fails again."""
    space.write("loose.txt", "changed\n")
    (space.outputs("notes") / "loose.txt").unlink()
    (space.outputs("notes") / "loose.txt").mkdir()
    space.settle()
    assert [space.oxidize("build").returncode for _ in range(2)] == [36, 36]
