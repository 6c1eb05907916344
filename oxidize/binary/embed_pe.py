"""Embedding into PE programs, as Windows has them (see docs/container-format.md)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from attrs import frozen

from oxidize.binary.pe_file import DIRECTORIES, HEADER_SIZE, RESOURCES, SECTION, Pe, PeError

_CONTAINER, _RESOURCES = b".oxidize", b".rsrc\0\0\0"
_READ, _DATA = 0x40000000, 0x00000040
# Of the optional header, from its start.
_SECTION_ALIGNMENT, _SIZE_OF_IMAGE, _SIZE_OF_HEADERS, _SUBSYSTEM = 32, 56, 60, 68
_NUMBER_OF_SECTIONS = 6 - HEADER_SIZE
_WINDOWED = 2
# What the loader can map.
_MOST = 0x7FFFFFFF
_IN_FILE = 512

# The version of Windows that is asked for: its own C runtime came with 10.
_SYSTEM_VERSIONS = (40, 48)
_WINDOWS = (10, 0)

Data = bytes | memoryview


class TooLarge(PeError):
    """The whole is larger than Windows' loader takes."""


@frozen
class Appearance:
    """What Windows shows of a program.

    `resources` makes the section of resources for the address that it will have in memory.
    """

    windowed: bool = False
    resources: Callable[[int], bytes] | None = None


def embed_pe(runtime: bytes, payload: Data, appearance: Appearance) -> Iterator[Data]:
    """The executable, piece by piece. Raises PeError when the runtime isn't one, already carries a
    container, or the whole would be too large for Windows."""
    editing = _Editing(runtime)
    if appearance.resources:
        made = appearance.resources(editing.address)
        editing.set("<II", DIRECTORIES + 8 * RESOURCES, editing.address, len(made))
        editing.add(_RESOURCES, made)
    editing.add(_CONTAINER, payload)
    if appearance.windowed:
        editing.set("<H", _SUBSYSTEM, _WINDOWED)
    return editing.pieces()


def for_windows(program: bytes) -> bytes:
    """A program that says which Windows it is for. Raises PeError."""
    data, optional = bytearray(program), Pe.of(program).optional
    for field in _SYSTEM_VERSIONS:
        struct.pack_into("<2H", data, optional + field, *_WINDOWS)
    return bytes(data)


class _Editing:
    """A PE file that gets more sections."""

    def __init__(self, runtime: bytes) -> None:
        pe = Pe.of(runtime)
        if any(section.name == _CONTAINER for section in pe.sections):
            raise PeError("it carries a container already")
        if any(section.name == _RESOURCES for section in pe.sections):
            raise PeError("it has resources already")
        self.pe = pe
        self.head = bytearray(runtime)
        self.alignment = pe.number(_SECTION_ALIGNMENT)
        self.count = len(pe.sections)
        self.address = _align(pe.number(_SIZE_OF_IMAGE), self.alignment)
        """Of the next section in memory."""
        self.offset = len(runtime)
        self.added: list[Data] = []

    def set(self, form: str, field: int, *values: int) -> None:
        """Sets numbers of the optional header, by their distance from its start."""
        struct.pack_into(form, self.head, self.pe.optional + field, *values)

    def add(self, name: bytes, content: Data) -> None:
        """Appends a section for reading, where pages begin in the file, too."""
        row, size = self.pe.table + self.count * SECTION.size, len(content)
        end = _align(self.address + size, self.alignment)
        if end > _MOST:
            raise TooLarge("Windows loads programs of up to 2 GiB")
        room = self.head[row : row + SECTION.size]
        if row + SECTION.size > self.pe.number(_SIZE_OF_HEADERS) or any(room):
            raise PeError("its headers have no room for more sections")
        start, stored = _align(self.offset, self.alignment), _align(size, _IN_FILE)
        fields = (size, self.address, stored, start, 0, 0, 0, 0, _READ | _DATA)
        SECTION.pack_into(self.head, row, name, *fields)
        self.added += [bytes(start - self.offset), content, bytes(stored - size)]
        self.offset, self.count = start + stored, self.count + 1
        self.address = end

    def pieces(self) -> Iterator[Data]:
        """The whole file."""
        self.set("<H", _NUMBER_OF_SECTIONS, self.count)
        self.set("<I", _SIZE_OF_IMAGE, self.address)
        return iter([bytes(self.head), *self.added])


def _align(offset: int, alignment: int) -> int:
    return -(-offset // alignment) * alignment


def find_in_pe(executable: Data) -> memoryview:
    """The container inside an executable that oxidize made. Raises PeError when there is none."""
    for section in Pe.of(executable).sections:
        if section.name == _CONTAINER:
            if section.size > section.stored or section.offset + section.size > len(executable):
                raise PeError("its container is cut off")
            return memoryview(executable)[section.offset : section.offset + section.size]
    raise PeError("it carries no container")
