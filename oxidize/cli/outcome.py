"""The outcome of a build, in one word."""

from __future__ import annotations

from typing import Literal

from oxidize.errors import ActionError

Outcome = Literal["done", "failed", "stopped", "error"]


def outcome_of(error: BaseException | None, *, failed: bool) -> Outcome:
    """By what was raised, if anything was, and whether an action failed."""
    if isinstance(error, KeyboardInterrupt):
        return "stopped"
    if isinstance(error, ActionError) or (failed and error is None):
        return "failed"
    return "done" if error is None else "error"
