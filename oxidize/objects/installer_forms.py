"""The kinds of installers: by the names that `to_installer()` has for them.

Most builds make few kinds, or none: each is imported when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from oxidize.objects.installer_request import InstallerForm, InstallerRequest

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
    "flatpak",
    "wheel",
    "app",
    "app.zip",
    "pkg",
    "dmg",
    "msi",
    "nsis",
    "msix",
]
# Format -> the module, and its class.
_CLASSES: Mapping[str, tuple[str, str]] = {
    "tar.gz": ("archives", "Archive"),
    "tar.zst": ("archives", "Archive"),
    "zip": ("archives", "Archive"),
    "deb": ("linux_packages", "LinuxPackage"),
    "rpm": ("linux_packages", "LinuxPackage"),
    "apk": ("linux_packages", "LinuxPackage"),
    "arch": ("linux_packages", "LinuxPackage"),
    "appimage": ("appimages", "AppImage"),
    "oci": ("oci_images", "OciImage"),
    "snap": ("snaps", "Snap"),
    "flatpak": ("flatpaks", "Flatpak"),
    "wheel": ("program_wheels", "ProgramWheel"),
    "app": ("app_bundles", "AppBundle"),
    "app.zip": ("app_bundles", "AppBundle"),
    "pkg": ("mac_packages", "MacPackage"),
    "dmg": ("disk_images", "DiskImage"),
    "msi": ("msi_installers", "MsiInstaller"),
    "nsis": ("nsis_installers", "NsisInstaller"),
    "msix": ("msix_packages", "MsixPackage"),
}


def form_of(request: InstallerRequest) -> InstallerForm:
    """How the installer is made that is asked for. Refuses what the format can't be."""
    name, kind = _CLASSES[request.format]
    module = import_module(f"oxidize.objects.{name}")
    of = cast("Callable[[InstallerRequest], InstallerForm]", getattr(module, kind).of)
    return of(request)
