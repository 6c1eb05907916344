"""The row: one thing that was looked at, whether it is in order, and what to do if it isn't."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from oxidize.errors import OxidizeError
from oxidize.redaction import without_credentials

Status = Literal["ok", "note", "warning", "problem"]
"""A problem keeps programs for this machine from being built; a warning, something else; a note
says what isn't there and needn't be."""


@frozen
class Row:
    """`name` is unique within its section, and the same on all machines where that can be."""

    section: str
    name: str
    status: Status
    text: str
    help: str | None = None

    @classmethod
    def of_error(cls, section: str, name: str, status: Status, error: OxidizeError) -> Row:
        """For what a build would refuse, in its words."""
        found = error.diagnostic
        help = without_credentials(found.help) if found.help else None
        return cls(section, name, status, without_credentials(found.message), help)
