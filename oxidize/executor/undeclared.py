"""Undeclared files: those that a failed command speaks of, and couldn't see in its sandbox."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from oxidize.lookup import exists

# Names with a slash: in quotes, as Python prints them, or up to the next blank.
_NAMES = re.compile(
    r"""['"`]([^'"`\n]*/[^'"`\n]*)['"`]"""
    r"""|(?<![\w./-])((?:\.\.)?/[^\s'"<>|;,()]+)"""
)


def undeclared(
    output: str, shows: Callable[[Path], bool], staged: Mapping[Path, str]
) -> Path | None:
    """The first file that is there for everyone but the command.

    `staged`: folders that the command sees -> the folders that they are copies of.
    """
    for name in dict.fromkeys(_names(output)):
        for path in _meant(name, staged):
            if exists(path) and not shows(path):
                return path
    return None


def _names(output: str) -> Iterator[str]:
    for quoted, plain in _NAMES.findall(output):
        yield quoted or plain.rstrip(":.")


def _meant(name: str, staged: Mapping[Path, str]) -> Iterator[Path]:
    """What a name stands for outside; of one that leads out of a copy, what the original's would.

    What is in a copy was declared.
    """
    for copy, original in staged.items():
        inside = os.path.relpath(copy / name, copy)
        if inside.startswith("../") and not exists(copy / name):
            yield Path(os.path.normpath(Path(original, inside)))
    if name.startswith("/"):
        yield Path(name)
