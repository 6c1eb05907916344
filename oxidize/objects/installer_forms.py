"""The kinds of installers: by the names that `to_installer()` has for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from oxidize.objects.appimages import AppImage
from oxidize.objects.archives import Archive
from oxidize.objects.installer_request import InstallerForm, InstallerRequest
from oxidize.objects.linux_packages import PACKAGERS, LinuxPackage
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
]
FORMS: Mapping[str, Callable[[InstallerRequest], InstallerForm]] = {
    **dict.fromkeys(("tar.gz", "tar.zst", "zip"), Archive.of),
    **dict.fromkeys(PACKAGERS, LinuxPackage.of),
    "appimage": AppImage.of,
    "oci": OciImage.of,
    "snap": Snap.of,
    "wheel": ProgramWheel.of,
}
