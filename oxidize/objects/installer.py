"""Installer: files packed for handing them out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import define, field

from oxidize.graph.action import Action, Artifact
from oxidize.graph.target import TargetOutputs
from oxidize.objects.base import BuildableObject
from oxidize.objects.file_paths import below

if TYPE_CHECKING:
    from oxidize.objects.file_manifest import FileManifest
    from oxidize.objects.linux_packages import LinuxPackage


@define(eq=False, kw_only=True)
class Installer(BuildableObject):
    """A program, or the files of a manifest, packed for handing them out: as an archive, whose name
    tells the triple, or as what a system installs."""

    format: str
    name: str
    manifest: FileManifest = field(repr=False)
    package: LinuxPackage | None = field(default=None, repr=False)
    _action: Action | None = field(default=None, init=False)

    @property
    def file_name(self) -> str:
        """What is written."""
        if self.package:
            return self.package.file_name
        return f"{self.name}-{self.context.settings.triple}.{self.format}"

    def holds(self, manifest: FileManifest) -> bool:
        """Whether the files of a manifest go into it, or into an archive in it."""
        inner = (each.installer for each in self.manifest.entries.values())
        return self.manifest is manifest or any(each.holds(manifest) for each in inner if each)

    def archive(self) -> Artifact:
        """Its bytes. Asked once the manifest can't change any more."""
        if self._action is None:
            files = self.manifest.files()
            self._action = self.package.declare(files) if self.package else self._declare(files)
        return self._action.output("package" if self.package else "archive")

    def outputs(self) -> TargetOutputs:
        """The file."""
        return TargetOutputs({self.file_name: self.archive()})

    def _declare(self, files: Mapping[str, tuple[Artifact, bool]]) -> Action:
        """Folders come first: of a path in several, the last one's file is taken."""
        folders = self.manifest.folders()
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
