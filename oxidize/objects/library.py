"""Library: a rule library that the project file names."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from oxidize.errors import Span
from oxidize.lookup import is_folder


@frozen
class Library:
    """`folder` holds its archive's content, once that is fetched; or it is the user's own.

    `span` is where the project file names it. `url` and `sha256` are empty for a user's folder.
    """

    name: str
    folder: Path
    span: Span
    url: str = ""
    sha256: str = ""
    strip_prefix: str = ""

    @property
    def root(self) -> Path:
        """What `//` means in its files."""
        return self.folder / self.strip_prefix

    @property
    def fetched(self) -> bool:
        """Whether its files are here."""
        return not self.url or is_folder(self.folder)
