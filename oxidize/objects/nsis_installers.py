"""Setup programs for Windows: what a manifest and a product become."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from oxidize.graph.action import Artifact, SourceFile
from oxidize.installers.nsis import UNINSTALLER
from oxidize.installers.system_tools import MAKENSIS
from oxidize.installers.windows_product import WindowsProduct
from oxidize.objects.input_paths import existing_file
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.tool import system_tools
from oxidize.objects.windows_installers import (
    check_windows,
    refuse_services,
    windows_artifact,
    windows_icon,
    windows_product,
)


@frozen
class NsisSettings:
    """What a setup program may be told beyond its product."""

    per_user: bool = False
    agreement: str = ""
    program: str = ""


@frozen
class NsisInstaller:
    """One setup program."""

    request: InstallerRequest
    product: WindowsProduct
    agreement: tuple[SourceFile, ...]
    tools: Mapping[str, str]

    @classmethod
    def of(cls, request: InstallerRequest) -> NsisInstaller:
        """Refuses what a setup program can't do."""
        settings = request.read(NsisSettings)
        program = check_windows(request, settings.program)
        refuse_services(request, "a setup program")
        file = None
        if settings.agreement:
            file = existing_file(request.context.reach, settings.agreement, "settings")
        return cls(
            request,
            windows_product(request, request.version(str), program, per_user=settings.per_user),
            (SourceFile(str(file)),) if file else (),
            system_tools(MAKENSIS),
        )

    @property
    def file_name(self) -> str:
        """With the version and the machine."""
        return f"{self.request.product.package}-{self.product.version}-x64-setup.exe"

    def artifact(self) -> Artifact:
        """The setup program."""
        return windows_artifact(
            self.request,
            "nsis-setup",
            self.product,
            self.file_name,
            params={"tools": self.tools, "dense": self.request.context.settings.release},
            inputs={"icon": windows_icon(self.request), "agreement": self.agreement},
            own=(UNINSTALLER,),
        )
