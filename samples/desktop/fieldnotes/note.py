"""A note: a text file, which may be printed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib import resources
from pathlib import Path

from PySide6.QtGui import QPageSize, QPdfWriter, QTextDocument


def data(name: str) -> AbstractContextManager[Path]:
    """A file that comes with the application."""
    return resources.as_file(resources.files("fieldnotes") / "data" / name)


def read(path: Path | None) -> str:
    """The text of a note; without one, that which greets newcomers."""
    if path:
        return path.read_text(encoding="utf-8")
    with data("welcome.note") as welcome:
        return welcome.read_text(encoding="utf-8")


def write_pdf(text: str, path: Path) -> None:
    """Prints a note, which is Markdown, on pages of A5."""
    document = QTextDocument()
    document.setMarkdown(text)
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    document.print_(writer)
