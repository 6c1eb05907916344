"""Reach: where the paths of some code start, and the folder that they may not leave."""

from __future__ import annotations

import json
import os
from pathlib import Path

from attrs import evolve, frozen

from oxidize.graph.action import SourceTree
from oxidize.lookup import real
from oxidize.objects.problem import refuse


@frozen
class Reach:
    """`folder` is where relative paths start. Without a `root`, paths may lead anywhere.

    `name` is how messages call the root, and `help` what they say to who wants more.
    """

    folder: Path
    root: Path | None = None
    name: str = ""
    help: str = ""

    def path(self, text: str, argument: str | None = None) -> Path:
        """A path as scripts give it. Refuses one that leaves the root, also by a link."""
        path = Path(self.folder, text).absolute()
        if self.root is None:
            return path
        # Without `..`, which would lead elsewhere after a link than it seems to.
        plain = Path(os.path.normpath(path))
        if Path(text).is_absolute() or not plain.is_relative_to(self.root):
            self._refuse(text, argument)
        if "\0" in text:
            shown = json.dumps(text, ensure_ascii=False)
            refuse("OX0214", f"no path has a NUL character in it: {shown}", argument=argument)
        self.check_link(plain, text, argument)
        return plain

    def check_link(self, path: Path | str, text: str, argument: str | None = None) -> None:
        """Refuses a path below the root that a symbolic link leads out of it."""
        if self.root is None:
            return
        place = real(path)
        if not place.is_relative_to(real(self.root)):
            self._refuse(text, argument, (f"a symbolic link leads to {place}",))

    def at(self, folder: Path) -> Reach:
        """The same, with relative paths that start elsewhere."""
        return evolve(self, folder=folder)

    def tree(self, folder: Path, include: tuple[str, ...] = ()) -> SourceTree:
        """The content of a folder, whose links don't leave the root either."""
        return SourceTree(str(folder), include, within=str(self.root or ""))

    def _refuse(self, text: str, argument: str | None, notes: tuple[str, ...] = ()) -> None:
        refuse(
            "OX0120",
            f'"{text}" leads out of {self.name}',
            argument=argument,
            notes=notes,
            help=self.help,
        )


def library_reach(name: str, root: Path) -> Reach:
    """What the code of a third-party library reaches: its own files."""
    return Reach(
        root,
        root,
        f'the library "@{name}"',
        'take it as an argument: the build file hands in source_folder("..."), FileContent("...") '
        "or a collection",
    )


def folder_reach(folder: Path, shown: str) -> Reach:
    """What a folder reaches that is handed to somebody."""
    help = "give source_folder() the folder that everything lies in"
    return Reach(folder, folder, f'the folder "{shown}"', help)
