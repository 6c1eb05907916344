"""The native files among a program's resources: extension modules and shared libraries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from posixpath import basename

from attrs import frozen

from oxidize.binary.native import needs_of
from oxidize.binary.portability import INTERPRETER, Part
from oxidize.resources.layout import FileFlag
from oxidize.resources.model import Blob, File, Module, Resources
from oxidize.resources.reader import decode
from oxidize.resources.summary import STANDARD_LIBRARY, Owners


@frozen
class NativeFile:
    """One of them, and whose it is."""

    path: str
    owner: str
    data: bytes | memoryview


def native_files(resources: Resources, folder: Path | None = None) -> Iterator[NativeFile]:
    """All of them; those that lie beside the program are read from below its folder, and passed
    over where they aren't there."""
    owners = Owners.of(resources)
    for module in resources.modules.values():
        data = _data(module, module.extension, folder)
        if data is not None:
            yield NativeFile(module.path, _owner(owners.of_module(module)), data)
    for file in resources.files.values():
        if file.flags & FileFlag.SHARED_LIBRARY:
            data = _data(file, file.content, folder)
            if data is not None:
                yield NativeFile(file.path, _owner(owners.of_file(file)), data)


def parts_of(resources: Resources, folder: Path | None = None) -> tuple[Part, ...]:
    """What each of them needs of the system, if anything."""
    carried = carried_names(resources)
    rows = (
        Part(file.path, file.owner, needs_of(file.data, carried))
        for file in native_files(resources, folder)
    )
    return tuple(part for part in rows if part.needs)


def carried_names(resources: Resources) -> frozenset[str]:
    """The names of the libraries that are loaded from the program, whatever the system has."""
    return frozenset(
        basename(path)
        for path, file in resources.files.items()
        if file.flags & FileFlag.SHARED_LIBRARY and not file.flags & FileFlag.PREFER_SYSTEM
    )


def _owner(name: str) -> str:
    return INTERPRETER if name == STANDARD_LIBRARY else name


def _data(row: Module | File, blob: Blob | None, folder: Path | None) -> bytes | memoryview | None:
    if blob is not None:
        return decode(blob)
    if folder is None or not row.beside:
        return None
    path = folder / row.beside / row.path
    return path.read_bytes() if path.suffix != ".pyc" and path.is_file() else None
