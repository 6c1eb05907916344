"""Rejected: what pip_install() can't take; the object that was called says where."""

from __future__ import annotations

from oxidize.errors import Diagnostic


class Rejected(Exception):
    """An argument, or a file that it names, can't be taken."""

    def __init__(
        self, code: str, message: str, *, notes: tuple[str, ...] = (), help: str | None = None
    ) -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic(code, message, notes=notes, help=help)
