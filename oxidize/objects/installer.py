"""Installer: a program packed for handing it out."""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, field

from oxidize.graph.action import Action
from oxidize.graph.target import TargetOutputs
from oxidize.objects.base import BuildableObject


@define(eq=False, kw_only=True)
class Installer(BuildableObject):
    """A program packed for handing it out, under a name that tells the triple."""

    format: str
    name: str
    program: Callable[[], TargetOutputs] = field(repr=False)
    _archive: Action | None = field(default=None, init=False)

    def outputs(self) -> TargetOutputs:
        """The archive's file."""
        if self._archive is None:
            self._archive = self._declare()
        file = f"{self.name}-{self.context.settings.triple}.{self.format}"
        return TargetOutputs({file: self._archive.output("archive")})

    def _declare(self) -> Action:
        program = self.program()
        return self.context.action(
            "archive",
            f"archive {self.name}",
            params={
                "format": self.format,
                "names": tuple(f"{self.name}/{file}" for file in program.files),
                "executable": tuple(file == program.program for file in program.files),
            },
            inputs={"files": tuple(program.files.values())},
            origin=self.origin,
        )
