"""Installer: files packed for handing them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from oxidize.graph.action import Artifact
from oxidize.graph.target import TargetOutputs
from oxidize.objects.base import BuildableObject
from oxidize.objects.installer_request import InstallerForm

if TYPE_CHECKING:
    from oxidize.objects.file_manifest import FileManifest


@define(eq=False, kw_only=True)
class Installer(BuildableObject):
    """A program, or the files of a manifest, packed for handing them out: as an archive, whose name
    tells the triple, or as what a system installs."""

    format: str
    name: str
    manifest: FileManifest = field(repr=False)
    form: InstallerForm = field(repr=False)
    _artifact: Artifact | None = field(default=None, init=False)

    @property
    def file_name(self) -> str:
        """What is written."""
        return self.form.file_name

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder with files in it, as bundles of macOS are."""
        return self.format == "app"

    def holds(self, manifest: FileManifest) -> bool:
        """Whether the files of a manifest go into it, or into an archive in it."""
        inner = (each.installer for each in self.manifest.entries.values())
        return self.manifest is manifest or any(each.holds(manifest) for each in inner if each)

    def archive(self) -> Artifact:
        """Its bytes. Asked once the manifest can't change any more."""
        if self._artifact is None:
            self._artifact = self.form.artifact()
        return self._artifact

    def outputs(self) -> TargetOutputs:
        """The file, or the folder."""
        return TargetOutputs({self.file_name: self.archive()})
