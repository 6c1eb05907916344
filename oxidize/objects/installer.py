"""Installer: files packed for handing them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from oxidize.errors import BuildFileError, Diagnostic
from oxidize.graph.action import Artifact
from oxidize.graph.target import TargetOutputs
from oxidize.installers.file_names import clash, unfit
from oxidize.objects.base import BuildableObject
from oxidize.objects.file_name import is_long
from oxidize.objects.installer_request import InstallerForm
from oxidize.triples import system_of

if TYPE_CHECKING:
    from oxidize.objects.file_manifest import FileManifest
    from oxidize.objects.product import Product
    from oxidize.objects.sboms import Contents

_SYSTEMS = {"linux": "Linux", "darwin": "macOS", "windows": "Windows"}


@define(eq=False, kw_only=True)
class Installer(BuildableObject):
    """A program, or the files of a manifest, packed for handing them out: as an archive, whose name
    tells the triple, or as what a system installs."""

    format: str
    name: str
    manifest: FileManifest = field(repr=False)
    form: InstallerForm = field(repr=False)
    product: Product | None = field(default=None, repr=False)
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

    def contents(self) -> Contents:
        """What a bill of materials lists."""
        return self.manifest.contents(self.product, self.name)

    def archive(self) -> Artifact:
        """Its bytes. Asked once the manifest can't change any more."""
        if self._artifact is None:
            self._check_names()
            self._artifact = self.form.artifact()
        return self._artifact

    def _check_names(self) -> None:
        """Raises BuildFileError for files that the system can't have as they are called."""
        paths = sorted(self.manifest.entries)
        # What a program is for tells, wherever this is built.
        system = system_of(self.context.settings.triple)
        if is_long(self.file_name):
            message = f"the name of the installer is too long for a file: {self.file_name}"
            raise BuildFileError(Diagnostic("OX1179", message).at(self.origin))
        for path in paths:
            if why := unfit(path, system):
                message = f'{_SYSTEMS[system]} can\'t have the file "{path}": {why}'
                raise BuildFileError(Diagnostic("OX1179", message).at(self.origin))
        if found := clash(paths, system):
            system = _SYSTEMS[system]
            message = f'{system} doesn\'t tell the names of "{found[0]}" and "{found[1]}" apart'
            raise BuildFileError(Diagnostic("OX1180", message).at(self.origin))

    def outputs(self) -> TargetOutputs:
        """The file, or the folder."""
        return TargetOutputs({self.file_name: self.archive()})
