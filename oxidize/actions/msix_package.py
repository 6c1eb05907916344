"""msix-package: files as an msix package for Windows, by nfpm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.windows_files import product_of, windows_files
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers.archive import STAMP
from oxidize.installers.msix import LOGOS, Msix, msix_path_problem
from oxidize.installers.msix_extensions import extend_msix
from oxidize.installers.nfpm import ENVIRONMENT


class MsixPackage(Kind):
    """tool; files and folder/N as of `archive`; licences, of the programs; logos, PNGs in the order
    of LOGOS -> `installer`.

    `product` is a WindowsProduct, `own` the paths of what the package has beside the files.
    """

    mnemonic: ClassVar[str] = "msix-package"
    version: ClassVar[int] = 3
    outputs: ClassVar[Mapping[str, OutputForm]] = {"installer": "file"}

    def run(self, context: ActionContext) -> None:
        """Writes the package."""
        found = windows_files(context)
        if why := msix_path_problem(found):
            raise ActionError(Diagnostic("OX1131", why))
        found |= dict(zip(LOGOS.values(), context.inputs("logos"), strict=True))
        package = Msix(
            product_of(context),
            {path: str(file) for path, file in sorted(found.items())},
            str(context.params["identity"]),
            str(context.params["publisher"]),
        )
        config, made = context.scratch / "nfpm.json", context.scratch / "made.msix"
        config.write_text(package.config(), encoding="utf-8")
        program = context.tool("tool") / "bin" / "nfpm"
        context.run(
            [program, "package", "--config", config, "--packager", "msix", "--target", made],
            env={"SOURCE_DATE_EPOCH": str(STAMP), "HOME": str(context.scratch), **ENVIRONMENT},
        )
        extend_msix(made, package.product, found[package.product.program])
        made.rename(context.output("installer"))
