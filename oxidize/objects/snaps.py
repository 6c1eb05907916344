"""Snaps: what a manifest and a product become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from attrs import field, frozen

from oxidize.graph.action import Artifact
from oxidize.installers.snap import (
    CONFINEMENTS,
    GRADES,
    MACHINES,
    META,
    SnapApp,
    SnapDescription,
)
from oxidize.installers.system_tools import MKSQUASHFS
from oxidize.objects.desktop import desktop_entry
from oxidize.objects.installed_tree import InstalledTree
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.problem import refuse
from oxidize.objects.squashfs import squashfs_image
from oxidize.objects.tool import system_tools
from oxidize.suggest import did_you_mean

if TYPE_CHECKING:
    from oxidize.objects.product import Product

# The snap that the programs of others run on.
_BASE = "core24"
_KNOWN = f'a base is a snap such as "{_BASE}"; plugs are those of interfaces, such as "network"'


@frozen
class SnapSettings:
    """What a snap may be told beyond its product."""

    base: str = _BASE
    grade: str = "stable"
    confinement: str = "strict"
    plugs: Sequence[str] = ()
    env: Mapping[str, str] = field(factory=dict)


@frozen
class Snap:
    """One snap."""

    request: InstallerRequest
    product: Product
    settings: SnapSettings

    @classmethod
    def of(cls, request: InstallerRequest) -> Snap:
        """Refuses what can't be one."""
        product, settings = request.product, request.read(SnapSettings)
        fits = "-linux-" in request.triple and request.machine in MACHINES
        request.check_system(fits, "snaps", "Linux", "x86_64-unknown-linux-gnu")
        program = request.need_program("a snap runs", "snap")
        for name, known in (("grade", GRADES), ("confinement", CONFINEMENTS)):
            if (value := getattr(settings, name)) not in known:
                help_ = did_you_mean(value, known) or f"known are {', '.join(known)}"
                message = f'there is no {name} "{value}" of snaps'
                refuse("OX1140", message, argument="settings", help=help_)
        made = cls(request, product, settings)
        name = PurePosixPath(program).name
        description = made._description(name)
        for problem in description.problems():
            refuse("OX1140", problem, argument="product")
        for problem in description.setting_problems():
            refuse("OX1140", problem, argument="settings", help=_KNOWN)
        system_tools(MKSQUASHFS)
        return made

    @property
    def file_name(self) -> str:
        """As snapcraft calls them."""
        product, machine = self.product, MACHINES[self.request.machine]
        return f"{product.package}_{product.version}_{machine}.snap"

    def artifact(self) -> Artifact:
        """The snap."""
        product = self.product
        tree = InstalledTree.of(self.request)
        tree.texts[META] = self._description(tree.program).text()
        icon = f"meta/gui/icon{PurePosixPath(product.icon.name).suffix}" if product.icon else ""
        if product.icon:
            tree.files[icon] = product.icon.artifact
        if product.menu or product.file_types:
            # As snapd wants it: what it calls is a command of the snap, and its icon a file.
            entry = desktop_entry(product, product.package, f"${{SNAP}}/{icon}")
            tree.texts[f"meta/gui/{product.package}.desktop"] = entry.text()
        base = self.settings.base
        return squashfs_image(tree, "snap", f"make {self.file_name}", base=base)

    def _description(self, program: str) -> SnapDescription:
        product, settings = self.product, self.settings
        command = SnapApp(product.package, (program,), settings.plugs, settings.env)
        services = [
            SnapApp(
                each.name,
                (program, *each.arguments),
                settings.plugs,
                settings.env,
                each.restart,
                each.starts,
            )
            for each in product.services
        ]
        apps = ([command] if product.on_path or product.menu else []) + services
        return SnapDescription(
            name=product.package,
            version=product.version,
            title=product.name,
            summary=product.summary,
            description=product.description,
            licence=product.licence,
            machine=self.request.machine,
            base=settings.base,
            grade=settings.grade,
            confinement=settings.confinement,
            apps=apps,
        )
