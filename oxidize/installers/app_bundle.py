"""Bundles of macOS: where files are in them, and the property lists that describe them."""

from __future__ import annotations

import plistlib
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from oxidize.errors import Diagnostic
from oxidize.installers.desktop_entry import OpenedType
from oxidize.installers.mac_names import name_problem

PROGRAMS = "Contents/MacOS"
RESOURCES = "Contents/Resources"
INFO = "Contents/Info.plist"
LICENCES = f"{RESOURCES}/LICENCES"
# What the Finder once told bundles by, without reading their property lists.
PKG_INFO = "APPL????"
# What a bundle isn't one without, so nobody else may say it.
OWN_KEYS = ("CFBundleExecutable", "CFBundlePackageType")

IDENTIFIER = "CFBundleIdentifier"
VERSIONS = ("CFBundleShortVersionString", "CFBundleVersion")
MINIMUM = "LSMinimumSystemVersion"


@frozen
class AppDescription:
    """What a property list says of an application. `icon` is the name of its file; "" for none."""

    name: str
    identifier: str
    version: str
    program: str
    icon: str
    category: str
    types: Sequence[OpenedType]

    def property_list(self, minimum: str, info: Mapping[str, Any]) -> bytes:
        """The file with the properties. Raises TypeError, ValueError and OverflowError for what
        can't be written."""
        return plistlib.dumps(self.properties(minimum, info))

    def properties(self, minimum: str, info: Mapping[str, Any]) -> dict[str, Any]:
        """For an application that needs a macOS of that version; "" for any. `info` goes over what
        they say else."""
        told: dict[str, Any] = {
            "CFBundleDevelopmentRegion": "en",
            "CFBundleDisplayName": self.name,
            "CFBundleExecutable": self.program,
            "CFBundleIdentifier": self.identifier,
            "CFBundleInfoDictionaryVersion": "6.0",
            "CFBundleName": self.name,
            "CFBundlePackageType": "APPL",
            "CFBundleShortVersionString": self.version,
            "CFBundleSupportedPlatforms": ["MacOSX"],
            "CFBundleVersion": self.version,
            "NSHighResolutionCapable": True,
        }
        told |= {"CFBundleIconFile": self.icon} if self.icon else {}
        told |= {"LSApplicationCategoryType": self.category} if self.category else {}
        told |= {"LSMinimumSystemVersion": minimum} if minimum else {}
        return {**told, **self._documents(), **info}

    def _documents(self) -> dict[str, Any]:
        """The kinds of files, and that they are the application's own."""
        if not self.types:
            return {}
        return {
            "CFBundleDocumentTypes": [
                {
                    "CFBundleTypeName": each.description,
                    "CFBundleTypeRole": "Editor",
                    "LSHandlerRank": "Owner",
                    "LSItemContentTypes": [self._type(each)],
                }
                for each in self.types
            ],
            "UTExportedTypeDeclarations": [
                {
                    "UTTypeConformsTo": ["public.data"],
                    "UTTypeDescription": each.description,
                    "UTTypeIdentifier": self._type(each),
                    "UTTypeTagSpecification": {
                        "public.filename-extension": [each.extension],
                        "public.mime-type": [each.mime],
                    },
                }
                for each in self.types
            ],
        }

    def _type(self, each: OpenedType) -> str:
        # Such identifiers have no underscores.
        return f"{self.identifier}.{each.extension.lower().replace('_', '-')}"


def place(path: str, *, program: bool) -> str:
    """Where a file is in a bundle: signatures have programs, and nothing else, in a folder of
    their own."""
    return f"{PROGRAMS}/{path.rpartition('/')[2]}" if program else f"{RESOURCES}/{path}"


def place_problem(paths: Sequence[str], icon: str, *, licences: bool) -> Diagnostic | None:
    """What is wrong with the paths of files in a bundle, if anything is; `icon` is its own file, ""
    for none, and `licences` says whether it has those. A file may be in place of them."""
    own = {f"{RESOURCES}/{icon}": "icon"} if icon else {}
    own |= {LICENCES: "licences"} if licences else {}
    for path in paths:
        for place, what in own.items():
            if path.startswith(f"{place}/") or (path == place and place != LICENCES):
                return Diagnostic(
                    "OX1151",
                    f'"{path}" would be in the way of the application\'s {what}',
                    help="give that file another name",
                )
    return name_problem([*paths, *own])
