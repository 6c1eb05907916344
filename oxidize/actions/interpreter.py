"""The interpreter that an action runs: an installed one, or that of the distribution itself."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from oxidize.actions.kind import ActionContext
from oxidize.distributions.host import Probe


@frozen
class Interpreter:
    """`executable` is its path; `places` are what it reads when it runs."""

    executable: Path
    places: tuple[Path, ...]

    @classmethod
    def of(cls, context: ActionContext) -> Interpreter:
        """What the input `python` describes, in the tree `interpreter` if there is one."""
        probe = Probe.load(context.input("python"))
        executable = Path(probe.executable)
        if executable.is_absolute():
            return cls(executable, probe.places())
        folder = context.tool("interpreter")
        return cls(folder / executable, (folder,))
