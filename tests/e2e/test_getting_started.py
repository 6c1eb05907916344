"""docs/getting-started.md: its files and commands, as they stand there, from top to bottom."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator

import pytest
from attrs import frozen

from tests.e2e.space import REPOSITORY, Space

PAGE = REPOSITORY / "docs" / "getting-started.md"
_BLOCK = re.compile(
    r"(?:^`(?P<file>[^`\n]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


@frozen
class Block:
    """One block of code: the content of a file, a session at a prompt, or a part of something."""

    file: str | None
    kind: str
    text: str

    def commands(self) -> Iterator[tuple[list[str], str]]:
        """Commands and what they print."""
        for part in self.text.split("$ ")[1:]:
            command, _, output = part.partition("\n")
            yield shlex.split(command), output


def blocks(title: str) -> list[Block]:
    """The blocks of a section."""
    (section,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE.read_text(), re.M | re.S)
    return [Block(m["file"], m["kind"], m["text"]) for m in _BLOCK.finditer(section)]


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
    found = blocks(title)
    assert any(block.kind == "console" for block in found)
    follow(space, found)


def test_going_on(space: Space) -> None:
    """The line for an archive fits the build file of the script."""
    files = [each for each in blocks("From a script") if each.file]
    (line,) = blocks("Going on")
    for each in files:
        space.write(each.file or "", each.text + (line.text if each.file == "build.star" else ""))
    space.build("archive")
    assert [each.suffix for each in space.outputs("archive").iterdir()] == [".gz"]
