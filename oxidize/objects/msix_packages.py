"""msix packages: what a manifest and a product become."""

from __future__ import annotations

from attrs import frozen

from oxidize.errors import BuildFileError, Diagnostic
from oxidize.graph.action import Artifact
from oxidize.installers.msix import IDENTITY, LOGOS, OWN, PUBLISHER, common_name, msix_path_problem
from oxidize.installers.tools import NFPM
from oxidize.installers.version import msix_version
from oxidize.installers.windows_product import WindowsProduct
from oxidize.objects.file_content import FileContent
from oxidize.objects.icon import icon_file
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.problem import refuse
from oxidize.objects.tool import tool_tree
from oxidize.objects.windows_installers import (
    check_windows,
    refuse_services,
    windows_artifact,
    windows_product,
)


@frozen
class MsixSettings:
    """What a package may be told beyond its product."""

    identity: str = ""
    publisher: str = ""
    program: str = ""


@frozen
class MsixPackage:
    """One package."""

    request: InstallerRequest
    product: WindowsProduct
    icon: FileContent
    identity: str
    publisher: str

    @classmethod
    def of(cls, request: InstallerRequest) -> MsixPackage:
        """Refuses what such a package can't express."""
        product, settings = request.product, request.read(MsixSettings)
        program = check_windows(request, settings.program)
        version = request.version(msix_version)
        refuse_services(request, "an msix package")
        if not program:
            refuse(
                "OX1106",
                "an msix package starts a program, and there is none among the files",
                help="make the package of a program, or add one to the manifest",
            )
        if product.icon is None:
            refuse(
                "OX1105",
                f'an msix package shows a logo, and the product "{product.name}" has no icon',
                argument="product",
                help="give product(...) an icon",
            )
        identity = settings.identity or product.identifier
        if not IDENTITY.fullmatch(identity):
            refuse(
                "OX1133",
                f'"{identity}" can\'t be the identity of an msix package',
                argument="settings",
                help="it has 3 to 50 plain letters, digits, dots and signs -",
            )
        publisher = settings.publisher or common_name(product.publisher)
        if not PUBLISHER.fullmatch(publisher):
            refuse(
                "OX1133",
                f'"{publisher}" isn\'t the subject of a certificate',
                argument="settings",
                help='such as "CN=Example, O=Example Ltd, C=GB"',
            )
        told = windows_product(request, version, program, per_user=True)
        return cls(request, told, product.icon, identity, publisher)

    @property
    def file_name(self) -> str:
        """With the version and the machine."""
        return f"{self.request.product.package}-{self.product.version}-x64.msix"

    def artifact(self) -> Artifact:
        """The package. Raises BuildFileError for paths that it can't have."""
        context = self.request.context
        if why := msix_path_problem(self.request.manifest.entries):
            raise BuildFileError(Diagnostic("OX1131", why).at(self.request.origin))
        return windows_artifact(
            self.request,
            "msix-package",
            self.product,
            self.file_name,
            params={"identity": self.identity, "publisher": self.publisher},
            inputs={
                "tool": (tool_tree(context, NFPM),),
                "logos": tuple(icon_file(context, self.icon, "png", size) for size in LOGOS),
            },
            own=OWN,
            limited=False,
        )
