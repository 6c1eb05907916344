"""docs/getting-started.md: its files and commands, as they stand there, from top to bottom."""

from __future__ import annotations

import subprocess

import pytest

from tests.e2e.pages import Block, blocks
from tests.e2e.space import REPOSITORY, Space

PAGE = REPOSITORY / "docs" / "getting-started.md"


def follow(space: Space, found: list[Block]) -> None:
    """Writes the files and carries out the commands."""
    for block in found:
        if block.file == "build.star":
            assert (space.root / "build.star").read_text() == block.text
        elif block.file:
            space.write(block.file, block.text)
        for words, output in block.commands() if block.kind == "console" else ():
            if words[0] == "oxidize":
                done = space.oxidize(*words[1:])
                assert (done.returncode, done.stdout) == (0, output), done.stderr
            else:
                shown = subprocess.run(words, cwd=space.root, capture_output=True, check=True)
                assert shown.stdout.decode() == output


@pytest.mark.parametrize("title", ["From a script", "From a project", "What is found"])
def test_section(title: str, space: Space) -> None:
    """Who does what a section says gets what it shows."""
    found = blocks(PAGE, title)
    assert any(block.kind == "console" for block in found)
    follow(space, found)


def test_going_on(space: Space) -> None:
    """The line for an archive fits the build file of the script."""
    files = [each for each in blocks(PAGE, "From a script") if each.file]
    (line,) = blocks(PAGE, "Going on")
    for each in files:
        space.write(each.file or "", each.text + (line.text if each.file == "build.star" else ""))
    space.build("archive")
    assert [each.suffix for each in space.outputs("archive").iterdir()] == [".gz"]
