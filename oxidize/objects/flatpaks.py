"""Flatpaks: what a manifest and a product become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from oxidize.graph.action import Artifact
from oxidize.installers.desktop_entry import mime_types
from oxidize.installers.flatpak import (
    EXPORTS,
    FILES,
    MACHINES,
    METADATA,
    FlatpakDescription,
    Metainfo,
)
from oxidize.installers.system_tools import FLATPAK
from oxidize.objects.desktop import desktop_entry, opened_types
from oxidize.objects.icon import desktop_icons
from oxidize.objects.installed_tree import InstalledTree
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.problem import refuse
from oxidize.objects.tool import system_tools

if TYPE_CHECKING:
    from oxidize.objects.product import Product


@frozen
class FlatpakSettings:
    """What a flatpak may be told beyond its product."""

    runtime: str = "org.freedesktop.Platform"
    runtime_version: str = "25.08"
    runtime_repo: str = ""
    branch: str = "stable"
    share: Sequence[str] = ()
    sockets: Sequence[str] = ()
    devices: Sequence[str] = ()
    filesystems: Sequence[str] = ()
    talk_names: Sequence[str] = ()
    env: Mapping[str, str] = field(factory=dict)


@frozen
class Flatpak:
    """One flatpak, as a bundle."""

    request: InstallerRequest
    product: Product
    description: FlatpakDescription
    runtime_repo: str

    @classmethod
    def of(cls, request: InstallerRequest) -> Flatpak:
        """Refuses what can't be one."""
        product, settings = request.product, request.read(FlatpakSettings)
        fits = "-linux-" in request.triple and request.machine in MACHINES
        request.check_system(fits, "flatpaks", "Linux", "x86_64-unknown-linux-gnu")
        program = request.need_program("a flatpak runs", "flatpak")
        if product.services:
            refuse(
                "OX1141",
                f'flatpaks have no services, and the product has "{product.services[0].name}"',
                argument="product",
                help="deb_package and rpm_package have; or describe a product without them",
            )
        described = FlatpakDescription(
            id=product.identifier,
            machine=request.machine,
            branch=settings.branch,
            runtime=settings.runtime,
            runtime_version=settings.runtime_version,
            command=PurePosixPath(program).name,
            context={
                "shared": settings.share,
                "sockets": settings.sockets,
                "devices": settings.devices,
                "filesystems": settings.filesystems,
            },
            talk_names=settings.talk_names,
            env=settings.env,
        )
        for problem, argument in described.problems():
            help_ = 'give product(...) an identifier, such as "org.example.notes"'
            named = argument == "product"
            refuse("OX1141", problem, argument=argument, help=help_ if named else None)
        system_tools(FLATPAK)
        return cls(request, product, described, settings.runtime_repo)

    @property
    def file_name(self) -> str:
        """With the version and the machine."""
        product = self.product
        return f"{product.package}-{product.version}-{self.request.machine}.flatpak"

    def artifact(self) -> Artifact:
        """The bundle."""
        request, described = self.request, self.description
        tree = self._tree()
        told = {
            "id": described.id,
            "machine": described.machine,
            "branch": described.branch,
            "runtime_repo": self.runtime_repo,
            "catalogue": self._metainfo().catalogue(),
        }
        action = request.context.action(
            "flatpak-bundle",
            f"make {self.file_name}",
            params={"flatpak": told, "tools": dict(system_tools(FLATPAK)), **tree.params()},
            inputs={
                **tree.inputs(),
                "needs": tuple(each.portability() for each in request.manifest.programs()),
            },
            origin=request.origin,
        )
        return action.output("bundle")

    def _tree(self) -> InstalledTree:
        """What the application has, and what the system's desktops see of it, all of which is
        called by its name."""
        product, name = self.product, self.description.id
        tree = InstalledTree.of(self.request, FILES)
        tree.texts[METADATA] = self.description.text()
        tree.texts[f"{FILES}/share/metainfo/{name}.metainfo.xml"] = self._metainfo().text()
        entry = evolve(
            desktop_entry(product, self.description.command, name), hidden=product.menu is None
        )
        tree.texts[f"{EXPORTS}/applications/{name}.desktop"] = entry.text()
        if types := opened_types(product):
            tree.texts[f"{EXPORTS}/mime/packages/{name}.xml"] = mime_types(types)
        tree.files |= desktop_icons(self.request.context, product.icon, name, EXPORTS)
        return tree

    def _metainfo(self) -> Metainfo:
        product = self.product
        return Metainfo(
            id=self.description.id,
            name=product.name,
            summary=product.summary,
            description=product.description,
            licence=product.licence,
            publisher=product.publisher,
            url=product.url,
            version=product.version,
        )
