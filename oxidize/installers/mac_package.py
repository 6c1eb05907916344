"""Packages of macOS: the two descriptions that Installer reads, and the archive with all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from attrs import frozen

from oxidize.installers.bom import bom
from oxidize.installers.payload import Entry, write_payload
from oxidize.installers.xar import write_xar

# What Installer shows of texts, by the endings of their files.
TEXTS = {".txt": "text/plain", ".rtf": "text/rtf", ".html": "text/html"}


@frozen
class PackageDescription:
    """What a package says. `bundle` is the folder of an application in `location`, "" for none, and
    `versions` what that application's properties say of its own; `licence` is the ending of a text
    that is shown, "" for none."""

    title: str
    name: str
    identifier: str
    version: str
    location: str
    bundle: str
    versions: Mapping[str, str]
    per_user: bool
    licence: str

    def component(self, found: Sequence[Entry]) -> bytes:
        """PackageInfo: of what is installed."""
        root = ElementTree.Element(
            "pkg-info",
            {
                "format-version": "2",
                "identifier": self.identifier,
                "version": self.version,
                "install-location": self.location,
                "auth": "root",
                # Else Installer looks for an application of that identifier, and replaces it
                # wherever it is.
                "relocatable": "false",
            },
        )
        size, count = str(_kilobytes(found)), str(len(found))
        ElementTree.SubElement(root, "payload", installKBytes=size, numberOfFiles=count)
        if self.bundle:
            told = {"id": self.identifier, "path": f"./{self.bundle}"}
            ElementTree.SubElement(root, "bundle", {**told, **self.versions})
        return _text(root)

    def distribution(
        self, found: Sequence[Entry], minimum: str, architectures: Sequence[str]
    ) -> bytes:
        """Distribution: what people see, and which machines it is for."""
        root = ElementTree.Element("installer-gui-script", minSpecVersion="2")
        ElementTree.SubElement(root, "title").text = self.title
        if self.licence:
            kind = {"mime-type": TEXTS[self.licence]}
            ElementTree.SubElement(root, "license", {"file": f"LICENCE{self.licence}", **kind})
        ElementTree.SubElement(
            root,
            "domains",
            enable_anywhere="false",
            enable_currentUserHome=str(self.per_user).lower(),
            enable_localSystem="true",
        )
        options = {"customize": "never", "require-scripts": "false"}
        machines = ",".join(architectures)
        ElementTree.SubElement(root, "options", {**options, "hostArchitectures": machines})
        check = ElementTree.SubElement(root, "volume-check")
        allowed = ElementTree.SubElement(check, "allowed-os-versions")
        ElementTree.SubElement(allowed, "os-version", min=minimum)
        outline = ElementTree.SubElement(root, "choices-outline")
        ElementTree.SubElement(outline, "line", choice="default")
        choice = ElementTree.SubElement(root, "choice", id="default", title=self.title)
        ElementTree.SubElement(choice, "pkg-ref", id=self.identifier)
        told = {"id": self.identifier, "version": self.version, "auth": "root"}
        size = str(_kilobytes(found))
        component = ElementTree.SubElement(root, "pkg-ref", {**told, "installKBytes": size})
        component.text = f"#{self.name}.pkg"
        ElementTree.SubElement(root, "product", id=self.identifier, version=self.version)
        return _text(root)


def write_package(
    description: PackageDescription,
    found: Sequence[Entry],
    distribution: bytes,
    licence: Path | None,
    scratch: Path,
    out: IO[bytes],
) -> None:
    """The package, by way of files in a scratch folder."""
    component = f"{description.name}.pkg"
    texts = {
        "Distribution": distribution,
        f"{component}/PackageInfo": description.component(found),
        f"{component}/Bom": bom(found),
    }
    files = {}
    for number, (path, data) in enumerate(texts.items()):
        files[path] = scratch / f"text-{number}"
        files[path].write_bytes(data)
    files[f"{component}/Payload"] = scratch / "payload"
    with files[f"{component}/Payload"].open("wb") as stream:
        write_payload(found, stream)
    if licence:
        files[f"Resources/LICENCE{description.licence}"] = licence
    write_xar(files, out)


def _kilobytes(found: Sequence[Entry]) -> int:
    return -(-sum(each.size for each in found) // 1024)


def _text(root: ElementTree.Element) -> bytes:
    ElementTree.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root) + b"\n"
