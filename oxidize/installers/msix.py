"""msix packages: what nfpm is told of one, its file in YAML's JSON, and what none can have."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping

from attrs import frozen

from oxidize.installers.nfpm import literal
from oxidize.installers.windows_product import WindowsProduct
from oxidize.installers.windows_subject import quoted

# Pictures by their sizes in points: in the Start menu, among its tiles, and in lists.
LOGOS: Mapping[int, str] = {
    44: "Assets/Square44x44Logo.png",
    50: "Assets/StoreLogo.png",
    150: "Assets/Square150x150Logo.png",
}
OWN = ("AppxManifest.xml", "AppxBlockMap.xml", "AppxSignature.p7x", *LOGOS.values())
# Windows 10 1809, the first that installs such packages; and what they were written for.
_OLDEST, _NEWEST = "10.0.17763.0", "10.0.22621.0"
_STAMP = "1980-01-01T00:00:00Z"
IDENTITY = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{1,48}[A-Za-z0-9]")
_ATTRIBUTE = r'[A-Za-z][A-Za-z0-9.]*=("([^"]|"")*"|[^",=+<>#;]+)'
PUBLISHER = re.compile(rf"{_ATTRIBUTE}(, ?{_ATTRIBUTE})*")
# Names of parts of packages are those of addresses; nfpm writes no others' codes.
_PATH = re.compile(r"[A-Za-z0-9._~()@+=,/-]+")
_KIND = re.compile(r"[^/]*\.[^./]+")


@frozen
class Msix:
    """A product and its package: `files` are paths in it -> files here. `publisher` is the subject
    of the certificate that signs it, `identity` what Windows knows the product by."""

    product: WindowsProduct
    files: Mapping[str, str]
    identity: str
    publisher: str

    def config(self) -> str:
        """nfpm's file."""
        product = self.product
        # Of these, nfpm expands the description and who publishes the package, and no others.
        told = {
            "name": self.identity,
            "arch": "amd64",
            "platform": "windows",
            "version": product.version,
            "version_schema": "none",
            "maintainer": literal(product.publisher),
            "description": literal(product.summary),
            "mtime": _STAMP,
            "disable_globbing": True,
            "contents": [{"src": file, "dst": f"/{path}"} for path, file in self.files.items()],
            "msix": {
                "publisher": literal(self.publisher),
                "properties": {
                    "display_name": product.name,
                    "publisher_display_name": product.publisher,
                    "logo": _windows(LOGOS[50]),
                },
                "applications": [self._application()],
                "dependencies": {
                    "target_device_families": [
                        {
                            "name": "Windows.Desktop",
                            "min_version": _OLDEST,
                            "max_version_tested": _NEWEST,
                        }
                    ]
                },
            },
        }
        return json.dumps(told, indent=1)

    def _application(self) -> Mapping[str, object]:
        product = self.product
        return {
            "id": "App",
            "executable": _windows(product.program),
            "visual_elements": {
                "display_name": product.name,
                "description": product.summary,
                "background_color": "transparent",
                "square150x150_logo": _windows(LOGOS[150]),
                "square44x44_logo": _windows(LOGOS[44]),
            },
        }


def common_name(publisher: str) -> str:
    """The subject of a certificate that says no more than that name."""
    return f"CN={quoted(publisher)}"


def msix_path_problem(paths: Collection[str]) -> str:
    """Why files can't be at these paths of a package; "" if they can."""
    for path in paths:
        if not _PATH.fullmatch(path):
            return (
                f'an msix package can\'t have the file "{path}": names in it have plain letters, '
                "digits and . _ ~ ( ) @ + = , -"
            )
        if not _KIND.fullmatch(path.rpartition("/")[2]):
            return (
                f'an msix package can\'t have the file "{path}": the end of its name has to tell '
                "what kind of file it is"
            )
    return ""


def _windows(path: str) -> str:
    return path.replace("/", "\\")
