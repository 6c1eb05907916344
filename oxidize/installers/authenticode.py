"""Authenticode: what Windows checks signatures of, and whether something has one."""

from __future__ import annotations

import struct
from pathlib import Path

# By their names' endings: programs and libraries, and what installs them.
PROGRAMS = (".exe", ".dll", ".pyd", ".sys", ".ocx", ".cpl", ".scr")
PACKAGES = (".msix", ".appx")
INSTALLERS = (".msi", ".msp", ".cab", *PACKAGES)
SIGNED = (*PROGRAMS, *INSTALLERS)
# In a zip, the signature of an msix package; and where its time is in the rows that have it.
_SIGNATURE = "AppxSignature.p7x"
_LOCAL_TIME, _CENTRAL_ROW, _CENTRAL_TIME = 10, 46, 12
# As packages have it: 1980-01-01.
_TIME = struct.pack("<HH", 0, (1 << 5) | 1)


def is_program(name: str) -> bool:
    """Whether a file's name is that of a program or a library of Windows."""
    return name.lower().endswith(PROGRAMS)


def is_unsigned_program(file: Path) -> bool:
    """Whether a file is a program or a library of Windows that nobody has signed yet."""
    import lief

    with file.open("rb") as opened:
        if opened.read(2) != b"MZ":
            return False
    found = lief.PE.parse(str(file))
    return found is not None and not found.has_signatures


def pin_time(package: Path) -> None:
    """Has the signature of an msix package be from another time than now, which it doesn't cover:
    the same signature then has the same bytes."""
    import zipfile

    with zipfile.ZipFile(package) as archive:
        row, start = archive.getinfo(_SIGNATURE), archive.start_dir
    data = package.read_bytes()
    at = data.rindex(_SIGNATURE.encode(), start) - _CENTRAL_ROW
    with package.open("r+b") as file:
        for place in (row.header_offset + _LOCAL_TIME, at + _CENTRAL_TIME):
            file.seek(place)
            file.write(_TIME)
