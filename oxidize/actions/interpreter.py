"""The interpreter that an action runs: an installed one, or that of the distribution itself."""

from __future__ import annotations

from pathlib import Path

from oxidize.actions.kind import ActionContext
from oxidize.distributions.host import Probe


def interpreter(context: ActionContext) -> Path:
    """Its path: what the input `python` describes, in the tree `interpreter` if there is one."""
    executable = Path(Probe.load(context.input("python")).executable)
    return executable if executable.is_absolute() else context.tool("interpreter") / executable
