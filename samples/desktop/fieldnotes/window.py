"""The window: a text to edit, and what can be done with it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QCloseEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMessageBox, QPlainTextEdit

from fieldnotes.note import read, write_pdf

_NOTES = "Notes (*.note);;All files (*)"


class Window(QMainWindow):
    """Shows one note."""

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self._path = path
        self._text = QPlainTextEdit(read(path))
        self._text.document().modificationChanged.connect(self.setWindowModified)
        self.setCentralWidget(self._text)
        self.resize(560, 420)
        self._show_name()
        menu = self.menuBar().addMenu("&File")
        menu.addAction("&Open...", QKeySequence.StandardKey.Open, self._open)
        menu.addAction("&Save", QKeySequence.StandardKey.Save, self._save)
        menu.addAction("Export as &PDF...", self._export)
        menu.addSeparator()
        menu.addAction("&Quit", QKeySequence.StandardKey.Quit, self.close)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks about a text that isn't saved."""
        if not self._text.document().isModified():
            return
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self,
            "Field Notes",
            "Save the note before it is closed?",
            buttons.Save | buttons.Discard | buttons.Cancel,
        )
        if answer == buttons.Cancel or (answer == buttons.Save and not self._save()):
            event.ignore()

    def _show_name(self) -> None:
        self.setWindowTitle(f"{self._path.name if self._path else 'Untitled'}[*]")

    def _open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open a note", "", _NOTES)
        if name:
            self._path = Path(name)
            self._text.setPlainText(read(self._path))
            self._show_name()

    def _save(self) -> bool:
        if self._path is None:
            name, _ = QFileDialog.getSaveFileName(self, "Save the note", "untitled.note", _NOTES)
            if not name:
                return False
            self._path = Path(name)
        self._path.write_text(self._text.toPlainText(), encoding="utf-8")
        self._text.document().setModified(False)
        self._show_name()
        return True

    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Export as PDF", "", "PDF (*.pdf)")
        if name:
            write_pdf(self._text.toPlainText(), Path(name))
