"""The report of a running action: how far it is, for whoever shows that."""

from __future__ import annotations

from attrs import define


@define
class Report:
    """Bytes that are there, and how many there will be, if that is known.

    The action's thread writes it, and others read it as it is.
    """

    done: int = 0
    total: int | None = None

    def tell(self, done: int, total: int | None) -> None:
        """What the action calls."""
        self.done, self.total = done, total
