"""Installer: files packed for handing them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from oxidize.graph.action import Action, Artifact
from oxidize.graph.target import TargetOutputs
from oxidize.objects.base import BuildableObject
from oxidize.objects.file_paths import below

if TYPE_CHECKING:
    from oxidize.objects.file_manifest import FileManifest


@define(eq=False, kw_only=True)
class Installer(BuildableObject):
    """A program, or the files of a manifest, packed for handing them out, under a name that tells
    the triple."""

    format: str
    name: str
    manifest: FileManifest = field(repr=False)
    _archive: Action | None = field(default=None, init=False)

    @property
    def file_name(self) -> str:
        """The archive's file."""
        return f"{self.name}-{self.context.settings.triple}.{self.format}"

    def holds(self, manifest: FileManifest) -> bool:
        """Whether the files of a manifest go into it, or into an archive in it."""
        inner = (each.installer for each in self.manifest.entries.values())
        return self.manifest is manifest or any(each.holds(manifest) for each in inner if each)

    def archive(self) -> Artifact:
        """The archive's bytes. Asked once the manifest can't change any more."""
        if self._archive is None:
            self._archive = self._declare()
        return self._archive.output("archive")

    def outputs(self) -> TargetOutputs:
        """The archive."""
        return TargetOutputs({self.file_name: self.archive()})

    def _declare(self) -> Action:
        """Folders come first: of a path in several, the last one's file is taken."""
        folders = self.manifest.folders()
        files = self.manifest.files()
        return self.context.action(
            "archive",
            f"archive {self.name}",
            params={
                "format": self.format,
                "folders": tuple(below(self.name, folder) for folder in folders),
                "names": tuple(below(self.name, path) for path in files),
                "executable": tuple(executable for _, executable in files.values()),
            },
            inputs={
                "files": tuple(artifact for artifact, _ in files.values()),
                **{f"folder/{n}": (tree,) for n, tree in enumerate(folders.values())},
            },
            origin=self.origin,
        )
