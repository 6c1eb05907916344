"""PythonEmbeddedResources: a program's resources without its executable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from oxidize.graph.target import TargetOutputs
from oxidize.objects.base import BuildableObject

if TYPE_CHECKING:
    from oxidize.objects.executable import PythonExecutable

# PyOxidizer's name for that file.
_FILE = "packed-resources"


@define(eq=False, kw_only=True)
class PythonEmbeddedResources(BuildableObject):
    """A program's container (docs/container-format.md) as a file, and what lies beside it."""

    program: PythonExecutable

    def outputs(self) -> TargetOutputs:
        """The container and the files beside the program."""
        payload = self.program.actions().payload
        return TargetOutputs({_FILE: payload, **self.program.side_files()})
