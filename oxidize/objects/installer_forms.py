"""The kinds of installers: by the names that `to_installer()` has for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from oxidize.objects.app_bundles import AppBundle
from oxidize.objects.appimages import AppImage
from oxidize.objects.archives import Archive
from oxidize.objects.disk_images import DiskImage
from oxidize.objects.installer_request import InstallerForm, InstallerRequest
from oxidize.objects.linux_packages import PACKAGERS, LinuxPackage
from oxidize.objects.mac_packages import MacPackage
from oxidize.objects.msi_installers import MsiInstaller
from oxidize.objects.msix_packages import MsixPackage
from oxidize.objects.nsis_installers import NsisInstaller
from oxidize.objects.oci_images import OciImage
from oxidize.objects.program_wheels import ProgramWheel
from oxidize.objects.snaps import Snap

Format = Literal[
    "tar.gz",
    "tar.zst",
    "zip",
    "deb",
    "rpm",
    "apk",
    "arch",
    "appimage",
    "oci",
    "snap",
    "wheel",
    "app",
    "app.zip",
    "pkg",
    "dmg",
    "msi",
    "nsis",
    "msix",
]
FORMS: Mapping[str, Callable[[InstallerRequest], InstallerForm]] = {
    **dict.fromkeys(("tar.gz", "tar.zst", "zip"), Archive.of),
    **dict.fromkeys(PACKAGERS, LinuxPackage.of),
    **dict.fromkeys(("app", "app.zip"), AppBundle.of),
    "appimage": AppImage.of,
    "dmg": DiskImage.of,
    "msi": MsiInstaller.of,
    "msix": MsixPackage.of,
    "nsis": NsisInstaller.of,
    "oci": OciImage.of,
    "pkg": MacPackage.of,
    "snap": Snap.of,
    "wheel": ProgramWheel.of,
}
