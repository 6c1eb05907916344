"""Disk images of macOS: what a manifest and a product become."""

from __future__ import annotations

from attrs import frozen

from oxidize.graph.action import Artifact
from oxidize.installers.system_tools import XORRISO
from oxidize.objects.app_bundles import AppBundle, AppSettings
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.mac_programs import file_name
from oxidize.objects.tool import system_tools


@frozen
class DiskImage:
    """One image, with an application."""

    request: InstallerRequest
    app: AppBundle
    tools: dict[str, str]

    @classmethod
    def of(cls, request: InstallerRequest) -> DiskImage:
        """Refuses what can't be an application."""
        app = AppBundle.told(request, request.read(AppSettings))
        return cls(request, app, dict(system_tools(XORRISO)))

    @property
    def file_name(self) -> str:
        """With the version and the machine."""
        return f"{file_name(self.request, self.app.version)}.dmg"

    def artifact(self) -> Artifact:
        """The image."""
        action = self.request.context.action(
            "disk-image",
            f"make the disk image {self.file_name}",
            params={
                "name": self.app.name,
                "volume": self.request.product.name,
                **self.tools,
            },
            inputs={"bundle": (self.app.signed(),)},
            origin=self.request.origin,
        )
        return action.output("image")
