"""What standalone archives for Windows have in other places, and under other names, than others.

Names of files there count in small letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from oxidize.binary.pe_file import Pe

# Lists what python3xx.dll exports: zig makes an import library of it.
DEFINITION = "python.def"
# By it, modules of the stable ABI find any CPython 3.
_STABLE_ABI = "python3.dll"
# The runtime of Visual C++: each Windows may have it, and archives carry it.
RUNTIME = ("vcruntime140", "msvcp140", "concrt140")


def is_runtime(name: str) -> bool:
    """Whether a DLL of that name is of the runtime of Visual C++."""
    return name.lower().startswith(RUNTIME)


def library_files(install: Path) -> dict[str, Path]:
    """The DLLs of an installation, by their names in small letters."""
    found = [*install.glob("*.dll"), *(install / "DLLs").glob("*.dll")]
    return {file.name.lower(): file for file in sorted(found)}


def carried_libraries(install: Path) -> Iterator[Path]:
    """DLLs that programs carry whatever modules they have."""
    for name, file in library_files(install).items():
        if name == _STABLE_ABI or is_runtime(name):
            yield file


def needed(data: bytes) -> tuple[str, ...]:
    """The DLLs that a file of an archive needs from that archive, by names in small letters.

    Raises BinaryError.
    """
    # Imported here: lief takes its time.
    from oxidize.binary.pe import part_of

    names = Pe.of(data).dynamic().needed
    return tuple(
        name
        for name in names
        if part_of(name) != "system" and not name.startswith("python3") and not is_runtime(name)
    )


def definition(libpython: Path) -> str:
    """The text of DEFINITION for a python3xx.dll. Raises BinaryError."""
    names = (each.name for each in Pe.of(libpython.read_bytes()).exports())
    return "\n".join([f"LIBRARY {libpython.name}", "EXPORTS", *names, ""])
