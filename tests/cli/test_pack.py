"""`oxidize pack`: what it may write over, and what it resolves again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.space import Space, run
from tests.packages.wheels import make_wheel

SCRIPT = '# /// script\n# dependencies = ["greeting"]\n# ///\nimport greeting\nprint("ran")\n'


@pytest.fixture
def space(tmp_path: Path, shared_cache: Path) -> Space:
    root = tmp_path / "project"
    root.mkdir()
    return Space(root, shared_cache)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("own.py", "-o", "own.py"), "own.py is what is to be packed"),
        (("own.py", "-o", "linked", "--force"), "linked is what is to be packed"),
        (("own",), "own is what is to be packed"),
        (("own.py", "-o", "notes.txt"), "notes.txt is there already"),
        (("own.py", "-o", "/dev/null"), "/dev/null is there already"),
        (("own.py", "-o", "elf"), "elf is there already"),
        (("own.py", "-o", "dist/"), "-o dist/own"),
    ],
)
def test_not_written_over(space: Space, arguments: tuple[str, ...], message: str) -> None:
    """Neither the script nor a file that isn't a program of oxidize's is replaced."""
    for name in ("own.py", "own", "notes.txt"):
        space.write(name, "print()\n")
    (space.root / "linked").symlink_to("own.py")
    (space.root / "elf").write_bytes(Path("/proc/self/exe").read_bytes()[:5000])
    before = {each.name: each.read_bytes() for each in space.root.iterdir()}
    done = space.oxidize("pack", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "-o" in done.stderr
    assert {each.name: each.read_bytes() for each in space.root.iterdir()} == before


def test_name_stays_in_its_folder(space: Space) -> None:
    """A project can't name its script so that the program is written elsewhere."""
    space.write("p/pyproject.toml", '[project]\nname = "p"\n[project.scripts]\n"../p" = "a:b"\n')
    done = space.oxidize("pack", "p", "--show")
    assert 'name = ".._p"' in done.stdout


def test_written_over(space: Space, tmp_path: Path) -> None:
    """A program of oxidize's and an empty file are replaced, with --force any file; what was
    resolved for one output is good for another, whatever its name."""
    make_wheel(tmp_path / "house", "greeting", "1.0")
    space.write("own.py", SCRIPT)
    space.write("empty", "")
    space.write("notes.txt", "x")
    told = []
    for output in ("one", "one", "my app", "empty"):
        where = ("--offline", "--wheelhouse", tmp_path / "house")
        done = space.oxidize("pack", "own.py", "-o", output, *where)
        assert done.returncode == 0, done.stderr
        assert run(space.root / output).stdout == b"ran\n"
        told.append("lock program" in done.stderr)
    assert told == [True, False, False, False]
    assert space.oxidize("pack", "own.py", "-o", "notes.txt", "--force").returncode == 0
    assert run(space.root / "notes.txt").stdout == b"ran\n"
