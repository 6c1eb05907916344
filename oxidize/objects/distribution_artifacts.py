"""What every source of CPython hands over, as artifacts that the build will make."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from oxidize.graph.action import Artifact
from oxidize.packages.platforms import USUAL, Floors


@frozen
class DistributionArtifacts:
    """One CPython to embed, the same whatever source it comes from."""

    triple: str
    python: Artifact
    """Description of an interpreter that runs here and compiles bytecode for this one."""
    interpreter: Artifact | None
    """A tree with that interpreter, unless it is installed."""
    minor: str | None
    """The version that it is of, such as "3.13", where that is known before it is looked at."""
    description: Artifact
    stdlib: Artifact
    extensions: Artifact
    libraries: Artifact
    headers: Artifact
    link: Artifact
    licenses: Artifact
    asked: bool = True
    """Whether it is of the kind that was asked for, or what there is."""
    floors: Floors = USUAL
    """The oldest systems that its programs are to run with; wheels may need these."""
    cross: bool = False
    """Whether it is for another system, so that `python` is another CPython of its version, which
    can't build packages for it."""

    @property
    def runs(self) -> Mapping[str, tuple[Artifact, ...]]:
        """Inputs by role of actions that run the interpreter."""
        tree = {"interpreter": (self.interpreter,)} if self.interpreter else {}
        return {"python": (self.python,), **tree}
