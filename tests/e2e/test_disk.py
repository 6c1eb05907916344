"""Disks that can't be written, or are full: a clear error, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.space import REPOSITORY, Space

BUILD_FILE = """
def make():
    files = FileManifest()
    files.add_file(FileContent(filename = "notes", content = VARS["text"] * int(VARS["times"])))
    return files

register_target("notes", make)
"""
READ_ONLY = "mount --bind {0} {0}; mount -o remount,ro,bind {0}"
# What a build of it writes: 3 MB, where there is 1.
LARGE = "build b 3000000"


@pytest.fixture
def space(tmp_path: Path, root_only: None) -> Space:
    """A project in an empty cache."""
    (tmp_path / "project").mkdir()
    (tmp_path / "cache").mkdir()
    space = Space(tmp_path / "project", tmp_path / "cache")
    space.write("build.star", BUILD_FILE)
    return space


def shell(space: Space, *lines: str) -> list[str]:
    """What the lines print, in a shell that sees mounts of its own.

    `build TEXT TIMES` builds, `cache WHAT` does that; a failure is told with its exit code.
    """
    tool = f"{sys.executable} -m oxidize"
    script = [
        f'build() {{ {tool} build --var text=$1 --var times=$2 2>&1 || echo "failed: $?"; }}',
        f'cache() {{ {tool} cache "$@" 2>&1 || echo "failed: $?"; }}',
        "notes() { head -c 3 build/*/*/notes/notes; echo; }",
        *lines,
    ]
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", "\n".join(script)],
        cwd=space.root,
        env={
            **os.environ,
            "PYTHONPATH": str(REPOSITORY),
            "OXIDIZE_CACHE_DIR": str(space.cache),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_read_only_cache(space: Space) -> None:
    """What is in a read-only cache is used and delivered; what isn't ends the build with OX0702."""
    lines = shell(
        space,
        "build a 1 >/dev/null",
        READ_ONLY.format(space.cache),
        "build a 1",
        "rm -r build",
        "build a 1 | tail -1; notes",
        "build b 1; notes",
        "cache gc --max-size 0",
    )
    assert lines[0].startswith("notes is up to date")
    assert "(0 ran, 1 cached" in lines[1]
    assert lines[2] == "a"
    assert lines[3].startswith(f"error[OX0702]: may not write {space.cache}/v1/locks/")
    assert lines[3].endswith("Read-only file system")
    assert f"error[OX0702]: may not write {space.cache}/v1/in-use: Read-only file system" in lines
    assert lines.count("failed: 36") == 2
    assert lines[lines.index("failed: 36") + 1] == "a"


def test_read_only_outputs(space: Space) -> None:
    """An output folder that can't be written is named; what was built is there for the next one."""
    (space.root / "build").mkdir()
    lines = shell(space, READ_ONLY.format("build"), "build a 1", "umount build", "build a 1")
    (error,) = (line for line in lines if line.startswith("error"))
    assert error.startswith(f"error[OX0702]: may not write {space.root}/build/")
    assert "failed: 36" in lines
    assert "(0 ran, 1 cached" in lines[-1]


def test_full_cache(space: Space) -> None:
    """A full disk under the cache ends the build with OX0701; what was built stays sound."""
    lines = shell(
        space,
        f"mount -t tmpfs -o size=1m tmpfs {space.cache}",
        "build a 1 >/dev/null",
        LARGE,
        "notes",
        "cache verify",
        f"find {space.cache} -name '.oxidize-*' -o -path '*/scratch/*'",
        "build a 1",
    )
    assert lines[0].startswith(f"error[OX0701]: no space left to write {space.cache}/v1/")
    assert lines[lines.index("failed: 36") + 1] == "a"
    assert lines[-2].endswith("all is sound")
    assert lines[-1].startswith("notes is up to date")


def test_full_outputs(space: Space) -> None:
    """A full disk under the outputs leaves the old ones, and nothing half-written."""
    lines = shell(
        space,
        "mkdir build && mount -t tmpfs -o size=1m tmpfs build",
        "build a 1 >/dev/null",
        f"{LARGE} | tail -5",
        "notes",
        "find build -name '.oxidize-*'",
    )
    (error,) = (line for line in lines if line.startswith("error"))
    assert error.startswith("error[OX0701]: no space left to write ")
    assert error.endswith("/notes/notes")
    assert lines[-2:] == ["failed: 36", "a"]


@pytest.mark.parametrize("what", ["gc --max-size 0", "clean --yes"])
def test_room_is_made(space: Space, what: str) -> None:
    """On a disk so full that nothing new can be made, gc and clean remove what there is."""
    library = space.cache / "v1" / "libraries" / "abc"
    lines = shell(
        space,
        f"mount -t tmpfs -o size=1m,nr_inodes=40 tmpfs {space.cache}",
        "build a 1 >/dev/null",
        f"mkdir -p {library} && touch {library}/rules.star",
        f"i=0; while touch {space.cache}/$i 2>/dev/null; do i=$((i+1)); done",
        f"cache {what} >/dev/null",
        f"find {space.cache}/v1 -type f -not -path '*/outputs/*'",
    )
    assert lines == [f"{space.cache}/v1/in-use"]
