"""A file system in a file: what a manifest becomes, with what a format adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import define, field

from oxidize.graph.action import Artifact
from oxidize.installers.linux_layout import LinuxLayout
from oxidize.installers.squashfs import SquashfsUse
from oxidize.installers.system_tools import MKSQUASHFS
from oxidize.objects.tool import system_tools

if TYPE_CHECKING:
    from oxidize.objects.installer_request import InstallerRequest


@define
class SquashfsTree:
    """What is in it, by path: what the manifest has, at the places of the layout, and the rest."""

    request: InstallerRequest
    layout: LinuxLayout
    licences: str
    """Where those of all programs go."""
    files: dict[str, Artifact] = field(factory=dict)
    texts: dict[str, str] = field(factory=dict)
    links: dict[str, str] = field(factory=dict)

    @classmethod
    def of(cls, request: InstallerRequest, licences: str) -> SquashfsTree:
        """Of a manifest that has a program."""
        manifest = request.manifest
        layout = LinuxLayout.of(
            request.product.package,
            list(manifest.files()),
            list(manifest.folders()),
            manifest.program,
            on_path=True,
        )
        links = {_inside(path): target for path, target in layout.links.items()}
        return cls(request, layout, licences, links=links)

    @property
    def program(self) -> str:
        """The path of the program in it."""
        return _inside(self.layout.program)

    def image(self, use: SquashfsUse, label: str, *licences: Artifact) -> Artifact:
        """The image. Licences are added to those of the programs."""
        manifest, layout = self.request.manifest, self.layout
        folders, files = manifest.folders(), manifest.files()
        programs = manifest.programs()
        action = self.request.context.action(
            "squashfs-image",
            label,
            params={
                "use": use,
                "release": self.request.context.settings.release,
                "folders": tuple(_inside(layout.folders[each]) for each in folders),
                "names": (*(_inside(layout.files[each]) for each in files), *self.files),
                "executable": (
                    *(executable for _, executable in files.values()),
                    *(False for _ in self.files),
                ),
                "texts": dict(self.texts),
                "links": dict(self.links),
                "licences": self.licences,
                "tools": dict(system_tools(MKSQUASHFS)),
            },
            inputs={
                "files": (*(artifact for artifact, _ in files.values()), *self.files.values()),
                **_numbered(folders),
                "licences": (*(each.licenses() for each in programs), *licences),
            },
            origin=self.request.origin,
        )
        return action.output("image")


def _inside(path: str) -> str:
    return path.lstrip("/")


def _numbered(folders: Mapping[str, Artifact]) -> dict[str, tuple[Artifact, ...]]:
    return {f"folder/{number}": (tree,) for number, tree in enumerate(folders.values())}
