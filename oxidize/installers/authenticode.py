"""Authenticode: what Windows checks signatures of, and whether something has one."""

from __future__ import annotations

from pathlib import Path

# By their names' endings: programs and libraries, and what installs them.
PROGRAMS = (".exe", ".dll", ".pyd", ".sys", ".ocx", ".cpl", ".scr")
INSTALLERS = (".msi", ".msp", ".msix", ".appx", ".cab")
SIGNED = (*PROGRAMS, *INSTALLERS)


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
