"""The summary of a package for Windows Installer: its time is pinned, and its text is UTF-8."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import olefile

from oxidize.installers.msi_text import UTF_8, with_letters

_STREAM = "\x05SummaryInformation"
# Where the header of a set of properties has the place of its only section.
_SECTION = 44
_CODEPAGE, _REVISION = 1, 9
_TEXT, _TIME = 30, 64
_STAMP = struct.pack("<Q", (315532800 + 11644473600) * 10**7)  # 1980, since 1601 in 100 ns


def settle_summary(path: Path, code: str) -> None:
    """Has the package say that it was made in 1980, what its code is, a GUID, and its texts have
    their letters."""
    with olefile.OleFileIO(str(path), write_mode=True) as package:
        data = bytearray(package.openstream(_STREAM).read())
        for number, kind, start in list(_properties(data)):
            if kind == _TIME:
                data[start : start + len(_STAMP)] = _STAMP
            elif number == _CODEPAGE:
                struct.pack_into("<H", data, start, UTF_8)
            elif number == _REVISION:
                _write_text(data, start, f"{{{code}}}")
            elif kind == _TEXT:
                _write_text(data, start, with_letters(_text(data, start)))
        package.write_stream(_STREAM, bytes(data))


def _properties(data: bytearray) -> Iterator[tuple[int, int, int]]:
    """Of each its number, the kind of its value, and where that is."""
    (section,) = struct.unpack_from("<I", data, _SECTION)
    (count,) = struct.unpack_from("<I", data, section + 4)
    for index in range(count):
        number, place = struct.unpack_from("<II", data, section + 8 + 8 * index)
        (kind,) = struct.unpack_from("<I", data, section + place)
        yield number, kind, section + place + 4


def _text(data: bytearray, start: int) -> str:
    (size,) = struct.unpack_from("<I", data, start)
    return data[start + 4 : start + 4 + size].rstrip(b"\0").decode("ascii")


def _write_text(data: bytearray, start: int, text: str) -> None:
    """In place: no text is longer than what it replaces, and its first zero ends it."""
    (size,) = struct.unpack_from("<I", data, start)
    written = text.encode().ljust(size, b"\0")
    assert len(written) == size
    data[start + 4 : start + 4 + size] = written
