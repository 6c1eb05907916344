"""What nfpm is told of a package, for Debian, Fedora, Alpine and Arch: its file in YAML's JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from attrs import field, frozen

from oxidize.installers.archive import STAMP
from oxidize.installers.version import apk_version, arch_version, tilde_version

Packager = Literal["deb", "rpm", "apk", "archlinux"]
VERSIONS = {
    "deb": tilde_version,
    "rpm": tilde_version,
    "apk": apk_version,
    "archlinux": arch_version,
}
# Of machines, as nfpm knows them; it writes each format's own names.
MACHINES = {
    "x86_64": "amd64",
    "aarch64": "arm64",
    "riscv64": "riscv64",
    "ppc64le": "ppc64le",
    "s390x": "s390x",
}
_NAMES = {
    "deb": {"x86_64": "amd64", "aarch64": "arm64", "ppc64le": "ppc64el"},
    "rpm": {},
    "apk": {},
    "archlinux": {},
}
# Scripts that only some formats have.
_OWN = ("postupgrade",)
ENVIRONMENT = {"DOLLAR": "$"}
"""What nfpm needs to read its file: see literal."""
_STAMP = "1980-01-01T00:00:00Z"
assert STAMP == 315532800  # that very second


@frozen
class Item:
    """A file, a folder or a link of a package: what it is on this machine, or leads to."""

    path: str
    source: str
    kind: Literal["file", "dir", "symlink", "config|noreplace"] = "file"
    mode: int = 0o644

    def row(self) -> dict[str, Any]:
        """As nfpm has it."""
        if self.kind == "dir":
            return {"dst": self.path, "type": "dir", "file_info": _info(0o755)}
        if self.kind == "symlink":
            return {"src": self.source, "dst": self.path, "type": "symlink"}
        row = {"src": self.source, "dst": self.path, "file_info": _info(self.mode)}
        return row if self.kind == "file" else {**row, "type": self.kind}


@frozen
class Description:
    """What package managers tell of a package, and what they need to know."""

    package: str
    version: str
    release: str
    machine: str
    summary: str
    description: str
    maintainer: str
    vendor: str
    url: str
    licence: str
    section: str = ""
    depends: Sequence[str] = ()
    recommends: Sequence[str] = ()
    conflicts: Sequence[str] = ()
    scripts: Mapping[str, str] = field(factory=dict)
    """When ("postinstall", ...) -> the file of the script."""

    def config(self, packager: Packager, items: Iterable[Item], key: str = "") -> str:
        """nfpm's file; `key` is that of who signs."""
        signed = {"signature": {"key_file": literal(key)}} if key else {}
        rpm = {"buildhost": "oxidize", "summary": self.summary, "compression": "zstd"}
        epoch, _, version = self.version.rpartition(":")
        told: dict[str, Any] = {
            "name": self.package,
            "arch": MACHINES[self.machine],
            "platform": "linux",
            "epoch": epoch,
            "version": version,
            "version_schema": "none",
            "release": self.release,
            "section": self.section,
            "priority": "optional",
            "maintainer": literal(self.maintainer),
            "vendor": literal(self.vendor),
            "homepage": literal(self.url),
            "license": self.licence,
            "description": literal(self._described(packager)),
            "depends": [*map(literal, self.depends)],
            "recommends": [*map(literal, self.recommends)],
            "conflicts": [*map(literal, self.conflicts)],
            "scripts": {when: file for when, file in self.scripts.items() if when not in _OWN},
            "mtime": _STAMP,
            "contents": [each.row() for each in items],
            "disable_globbing": True,
            "rpm": rpm | signed,
            "deb": {"compression": "gzip"} | signed,
            "archlinux": {"packager": self.maintainer},
        }
        if own := {when: file for when, file in self.scripts.items() if when in _OWN}:
            told[packager] = {**dict(told.get(packager, {})), "scripts": own}
        return json.dumps({key: value for key, value in told.items() if value}, indent=1)

    def _described(self, packager: Packager) -> str:
        # More lines than one damage the list of what an Alpine package is.
        if packager in ("apk", "archlinux") or not self.description:
            return self.summary
        more = "\n".join(line or "." for line in self.description.splitlines())
        return f"{self.summary}\n{more}" if packager == "deb" else self.description


def file_name(packager: Packager, package: str, version: str, machine: str) -> str:
    """Of a package, as the systems name them: "notes_1.2.0-1_amd64.deb"."""
    machine = _NAMES[packager].get(machine, machine)
    plain = version.partition(":")[2] if ":" in version else version
    if packager == "deb":
        return f"{package}_{plain}-1_{machine}.deb"
    if packager == "apk":
        return f"{package}-{plain}-r0.{machine}.apk"
    ending = "rpm" if packager == "rpm" else "pkg.tar.zst"
    joint = "." if packager == "rpm" else "-"
    return f"{package}-{plain}-1{joint}{machine}.{ending}"


def literal(text: str) -> str:
    """What nfpm makes the text of: in some members of its file, it takes $NAME for a variable."""
    return text.replace("$", "${DOLLAR}")


def _info(mode: int) -> dict[str, Any]:
    return {"mode": mode, "mtime": _STAMP, "owner": "root", "group": "root"}
