"""Packages for Windows Installer: what a manifest and a product become."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from attrs import frozen

from oxidize.graph.action import Artifact
from oxidize.installers.system_tools import MSIBUILD, WIXL
from oxidize.installers.version import msi_version
from oxidize.installers.windows_product import WindowsProduct
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.problem import refuse
from oxidize.objects.tool import system_tools
from oxidize.objects.windows_installers import (
    check_windows,
    windows_artifact,
    windows_icon,
    windows_product,
)


@frozen
class MsiSettings:
    """What a package may be told beyond its product."""

    per_user: bool = False
    upgrade_code: str = ""
    program: str = ""


@frozen
class MsiInstaller:
    """One package."""

    request: InstallerRequest
    settings: MsiSettings
    product: WindowsProduct
    tools: Mapping[str, str]

    @classmethod
    def of(cls, request: InstallerRequest) -> MsiInstaller:
        """Refuses what Windows Installer can't express."""
        settings = request.read(MsiSettings)
        program = check_windows(request, settings.program)
        version = request.version(msi_version)
        _check_services(request, settings)
        if settings.upgrade_code and not _is_guid(settings.upgrade_code):
            refuse(
                "OX1133",
                f'the upgrade code "{settings.upgrade_code}" is no GUID',
                argument="settings",
                help="without one, a code is made of the product's identifier",
            )
        product = windows_product(request, version, program, per_user=settings.per_user)
        return cls(request, settings, product, system_tools(WIXL, MSIBUILD))

    @property
    def file_name(self) -> str:
        """With the version and the machine."""
        return f"{self.request.product.package}-{self.product.version}-x64.msi"

    def artifact(self) -> Artifact:
        """The package."""
        return windows_artifact(
            self.request,
            "msi-package",
            self.product,
            self.file_name,
            params={
                "upgrade_code": self.settings.upgrade_code.strip("{}"),
                "tools": self.tools,
            },
            inputs={"icon": windows_icon(self.request)},
        )


def _check_services(request: InstallerRequest, settings: MsiSettings) -> None:
    for each in request.product.services:
        if settings.per_user:
            message = (
                f"the service \"{each.name}\" is the machine's, and the installer one person's"
            )
            refuse("OX1132", message, argument="settings", help="leave per_user out")
        if each.user:
            refuse(
                "OX1132",
                f'Windows Installer makes no account "{each.user}" for the service "{each.name}"',
                argument="product",
                help="without user, the service runs as LocalService",
            )


def _is_guid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.strip("{}").lower()
    except ValueError:
        return False
