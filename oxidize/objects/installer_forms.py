"""The kinds of installers: by the names that `to_installer()` has for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from oxidize.objects.archives import Archive
from oxidize.objects.installer_request import InstallerForm, InstallerRequest
from oxidize.objects.linux_packages import PACKAGERS, LinuxPackage
from oxidize.objects.msi_installers import MsiInstaller
from oxidize.objects.msix_packages import MsixPackage
from oxidize.objects.nsis_installers import NsisInstaller
from oxidize.objects.oci_images import OciImage
from oxidize.objects.program_wheels import ProgramWheel

FORMS: Mapping[str, Callable[[InstallerRequest], InstallerForm]] = {
    **dict.fromkeys(("tar.gz", "tar.zst", "zip"), Archive.of),
    **dict.fromkeys(PACKAGERS, LinuxPackage.of),
    "msi": MsiInstaller.of,
    "msix": MsixPackage.of,
    "nsis": NsisInstaller.of,
    "oci": OciImage.of,
    "wheel": ProgramWheel.of,
}
