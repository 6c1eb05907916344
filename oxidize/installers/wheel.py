"""A wheel that carries a program: pip installs it, and puts the program where scripts are."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO

from attrs import frozen
from packaging.version import Version

from oxidize.installers.archive import Member, zip_entry
from oxidize.installers.wheel_tags import tags_of

_CHUNK = 1 << 20


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
        """The file METADATA: in UTF-8, without the encodings of e-mail."""
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
        lines = [f"{name}: {text}" for name, text in rows.items() if text]
        lines += [f"Classifier: {each}" for each in self.classifiers]
        return "\n".join((*lines, "", self.description)).rstrip() + "\n"


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


def _wheel(platform: str) -> str:
    lines = ("Wheel-Version: 1.0", "Generator: oxidize", "Root-Is-Purelib: false")
    return "\n".join((*lines, *(f"Tag: py3-none-{each}" for each in tags_of(platform)), ""))


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
