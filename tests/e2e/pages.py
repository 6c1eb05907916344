"""Pages of docs/ as what is in them to try: files and sessions at a prompt."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

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


def blocks(page: Path, title: str) -> list[Block]:
    """The blocks of a section, up to the next heading."""
    text = page.read_text(encoding="utf-8")
    (section,) = re.findall(rf"^##+ {re.escape(title)}\n(.*?)(?=^##+ |\Z)", text, re.M | re.S)
    return [Block(m["file"], m["kind"], m["text"]) for m in _BLOCK.finditer(section)]
