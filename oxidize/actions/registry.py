"""The registry: every kind of action by its mnemonic, imported when it is first asked for.

Most builds need few kinds, and an unchanged build should cost no more than it must.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import cast

from oxidize.actions.kind import ActionKind

# Mnemonic -> the class, in the module whose name is the mnemonic's.
_CLASSES = {
    "app-bundle": "AppBundle",
    "appimage": "Appimage",
    "apple-sign": "AppleSign",
    "apple-sign-file": "AppleSignFile",
    "archive": "Archive",
    "authenticode-sign": "AuthenticodeSign",
    "authenticode-sign-tree": "AuthenticodeSignTree",
    "build-source": "BuildSource",
    "build-wheel": "BuildWheel",
    "collect-extensions": "CollectExtensions",
    "compile": "Compile",
    "convert-icon": "ConvertIcon",
    "decide": "Decide",
    "disk-image": "DiskImage",
    "console-script": "ConsoleScript",
    "embed": "Embed",
    "fetch-archive": "FetchArchive",
    "find-wheels": "FindWheels",
    "flatpak-bundle": "FlatpakBundle",
    "gather-files": "GatherFiles",
    "host-import": "HostImport",
    "host-libraries": "HostLibraries",
    "host-probe": "HostProbe",
    "install-packages": "InstallPackages",
    "lay-out": "LayOut",
    "install-tool": "InstallTool",
    "link-appimage": "LinkAppimage",
    "link-runtime": "LinkRuntime",
    "linux-package": "LinuxPackage",
    "list-components": "ListComponents",
    "lock-section": "LockSection",
    "mac-package": "MacPackage",
    "make-file": "MakeFile",
    "merge-trees": "MergeTrees",
    "msi-package": "MsiPackage",
    "msix-package": "MsixPackage",
    "nsis-setup": "NsisSetup",
    "oci-image": "OciImage",
    "pack": "Pack",
    "pack-distribution": "PackDistribution",
    "program-wheel": "ProgramWheel",
    "refer-to-resources": "ReferToResources",
    "squashfs-image": "SquashfsImage",
    "standalone-import": "StandaloneImport",
    "universal-binary": "UniversalBinary",
    "write-licenses": "WriteLicenses",
    "write-files": "WriteFiles",
    "write-sbom": "WriteSbom",
}


class Registry(Mapping[str, ActionKind]):
    """All kinds; used by several threads at once, which is harmless: kinds hold no state."""

    def __init__(self) -> None:
        self._kinds: dict[str, ActionKind] = {}

    def __getitem__(self, mnemonic: str) -> ActionKind:
        known = self._kinds.get(mnemonic)
        if known is None:
            module = import_module(f"oxidize.actions.{mnemonic.replace('-', '_')}")
            known = cast("ActionKind", getattr(module, _CLASSES[mnemonic])())
            self._kinds[mnemonic] = known
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(_CLASSES)

    def __len__(self) -> int:
        return len(_CLASSES)


KINDS = Registry()
