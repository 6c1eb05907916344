"""A tree that an installer holds: what a manifest becomes, with what a format adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import define, field

from oxidize.graph.action import Artifact, Value
from oxidize.installers.linux_layout import LinuxLayout

if TYPE_CHECKING:
    from oxidize.objects.installer_request import InstallerRequest


@define
class InstalledTree:
    """What is in it, by path: what the manifest has, at the places of the layout, and the rest."""

    request: InstallerRequest
    layout: LinuxLayout
    licences: str
    """Where those of all programs go."""
    files: dict[str, Artifact] = field(factory=dict)
    texts: dict[str, str] = field(factory=dict)
    links: dict[str, str] = field(factory=dict)

    @classmethod
    def of(cls, request: InstallerRequest, prefix: str = "usr") -> InstalledTree:
        """Of a manifest that has a program; all of it is below the prefix."""
        manifest, package = request.manifest, request.product.package
        layout = LinuxLayout.of(
            package,
            list(manifest.files()),
            list(manifest.folders()),
            manifest.program,
            on_path=True,
            prefix=prefix,
        )
        licences = f"{prefix}/share/licenses/{package}/LICENCES"
        return cls(request, layout, licences, links=dict(layout.links))

    @property
    def program(self) -> str:
        """The path of the program in it."""
        return self.layout.program

    def params(self) -> Mapping[str, Value]:
        """Of an action that lays it out."""
        layout, manifest = self.layout, self.request.manifest
        files = manifest.files()
        return {
            "folders": tuple(layout.folders[each] for each in manifest.folders()),
            "names": (*(layout.files[each] for each in files), *self.files),
            "executable": (
                *(executable for _, executable in files.values()),
                *(False for _ in self.files),
            ),
            "texts": dict(self.texts),
            "links": dict(self.links),
            "licences": self.licences,
        }

    def inputs(self, *licences: Artifact) -> Mapping[str, tuple[Artifact, ...]]:
        """The same. Licences are added to those of the programs."""
        manifest = self.request.manifest
        folders = manifest.folders().values()
        return {
            "files": (
                *(artifact for artifact, _ in manifest.files().values()),
                *self.files.values(),
            ),
            **{f"folder/{number}": (tree,) for number, tree in enumerate(folders)},
            "licences": (*(each.licenses() for each in manifest.programs()), *licences),
        }
