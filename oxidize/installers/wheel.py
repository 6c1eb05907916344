"""A wheel that carries a program: pip installs it, and puts the program where scripts are."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from email.message import Message
from typing import IO

from attrs import frozen
from packaging.version import Version

from oxidize.binary.linux_releases import version_key
from oxidize.binary.portability import Needs
from oxidize.installers.archive import Member, zip_entry
from oxidize.triples import system_of

_CHUNK = 1 << 20
_APPLE = {"x86_64": "x86_64", "aarch64": "arm64"}
# Kinds of tags -> what their numbers are versions of.
_FAMILIES = {"manylinux": ("GLIBC", "glibc"), "macosx": ("macOS", "macOS")}
_TAG = re.compile(r"(manylinux|musllinux|macosx)_(\d+)_(\d+)_(\w+)")


@frozen
class WheelName:
    """The name of a wheel's file, as the specification of binary distributions has it."""

    package: str
    version: Version
    platform: str

    @property
    def start(self) -> str:
        """Of the names of its folders, too."""
        return f"{re.sub(r'[-_.]+', '_', self.package).lower()}-{self.version}"

    @property
    def file(self) -> str:
        """The whole name: any Python 3 may install it."""
        return f"{self.start}-py3-none-{self.platform}.whl"


@frozen
class WheelDescription:
    """What package indexes show of it."""

    name: WheelName
    summary: str
    description: str = ""
    licence: str = ""
    author: str = ""
    url: str = ""
    classifiers: Sequence[str] = ()
    licences: str = ""
    """The texts."""

    def metadata(self) -> str:
        """The file METADATA."""
        head = Message()
        rows = {
            "Metadata-Version": "2.4",
            "Name": self.name.package,
            "Version": str(self.name.version),
            "Summary": self.summary,
            "Author": self.author,
            "License-Expression": self.licence,
            "License-File": "LICENCES" if self.licences else "",
            "Project-URL": f"Homepage, {self.url}" if self.url else "",
            "Description-Content-Type": "text/plain" if self.description else "",
        }
        for name, text in rows.items():
            if text:
                head[name] = text
        for each in self.classifiers:
            head["Classifier"] = each
        return f"{head.as_string().rstrip()}\n\n{self.description}".rstrip() + "\n"


def write_wheel(description: WheelDescription, members: Sequence[Member], out: IO[bytes]) -> None:
    """Writes the wheel; paths of members are relative to where scripts go."""
    start = description.name.start
    info = f"{start}.dist-info"
    texts = {
        f"{info}/METADATA": description.metadata(),
        f"{info}/WHEEL": _wheel(description.name.platform),
    }
    if description.licences:
        texts[f"{info}/licenses/LICENCES"] = description.licences
    rows: list[tuple[str, str, str]] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for member in sorted(members):
            path = f"{start}.data/scripts/{member.path}"
            with member.file.open("rb") as stream:
                rows.append(_add(archive, path, member.mode, stream))
        for path, text in sorted(texts.items()):
            rows.append(_add(archive, path, 0o644, io.BytesIO(text.encode())))
        record = io.StringIO()
        csv.writer(record, lineterminator="\n").writerows([*rows, (f"{info}/RECORD", "", "")])
        _add(archive, f"{info}/RECORD", 0o644, io.BytesIO(record.getvalue().encode()))


def platform_of(triple: str, floor: str) -> str:
    """The tag of a platform: ("x86_64-unknown-linux-gnu", "2.17") gives "manylinux_2_17_x86_64"."""
    machine = triple.partition("-")[0]
    system = system_of(triple)
    if system == "windows":
        return "win_amd64"
    number = "_".join(floor.split(".")[:2])
    if system == "darwin":
        return f"macosx_{number}_{_APPLE[machine]}"
    kind = "musllinux" if triple.endswith("-musl") else "manylinux"
    return f"{kind}_{number}_{machine}"


def beyond(platform: str, needs: Needs) -> str:
    """What a program needs beyond what the tag says is there, such as "glibc 2.36"; else ""."""
    found = _TAG.fullmatch(platform)
    if found is None:
        return ""
    family, name = _FAMILIES.get(found[1], ("", ""))
    needed, floor = needs.get(family, ""), f"{found[2]}.{found[3]}"
    return f"{name} {needed}" if version_key(needed) > version_key(floor) else ""


def _wheel(platform: str) -> str:
    lines = ("Wheel-Version: 1.0", "Generator: oxidize", "Root-Is-Purelib: false")
    return "\n".join((*lines, f"Tag: py3-none-{platform}", ""))


def _add(archive: zipfile.ZipFile, path: str, mode: int, stream: IO[bytes]) -> tuple[str, str, str]:
    """Adds a file; its row of RECORD."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    digest = hashlib.sha256()
    with archive.open(zip_entry(path, mode, size), "w") as target:
        for data in _chunks(stream):
            digest.update(data)
            target.write(data)
    text = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
    return path, f"sha256={text}", str(size)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while data := stream.read(_CHUNK):
        yield data
