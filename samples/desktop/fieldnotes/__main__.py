"""The command: opens a note in a window, or makes a PDF of it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from fieldnotes import __version__
from fieldnotes.note import data, read, write_pdf
from fieldnotes.window import Window


def arguments() -> argparse.Namespace:
    """Of the command line."""
    parser = argparse.ArgumentParser("fieldnotes", description="Takes notes outdoors.")
    parser.add_argument("note", nargs="?", type=Path, help="a .note file")
    parser.add_argument("--pdf", type=Path, metavar="FILE", help="write a PDF, and show nothing")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser.parse_args()


def main() -> int:
    """Runs until the window is closed."""
    told = arguments()
    if told.pdf:
        # A PDF needs fonts, and no screen.
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        app = QGuiApplication(sys.argv[:1])
        write_pdf(read(told.note), told.pdf)
        return 0
    app = QApplication(sys.argv[:1])
    app.setApplicationDisplayName("Field Notes")
    app.setDesktopFileName("field-notes")
    with data("notes.svg") as icon:
        app.setWindowIcon(QIcon(str(icon)))
        window = Window(told.note)
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
