"""The PE file: what Windows' loader reads, and the headers to edit for embedding."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from attrs import define, frozen

from oxidize.binary.elf import Dynamic
from oxidize.binary.error import BinaryError

SECTION = struct.Struct("<8s6I2HI")
# From the start of the file's header to that of its optional header.
HEADER_SIZE = 24
# Of the optional header of 64-bit files, from its start.
DIRECTORIES = 112
EXPORTS, IMPORTS, RESOURCES, THREADS, DELAYED_IMPORTS = 0, 1, 2, 9, 13
_PE32_PLUS = 0x20B
# Libraries that mingw links have a table of variables of threads for its callbacks, and a mark in
# it, but no variables.
_MINGW_MARK = 8
_MOST_NAMES = 1 << 16
_MOST_SECTIONS = 96


class PeError(BinaryError):
    """Not a 64-bit PE file, or a damaged one; the message says what is wrong."""


@frozen
class Section:
    """A section: its size and address in memory, its size and place in the file."""

    name: bytes
    size: int
    address: int
    stored: int
    offset: int


@frozen
class Export:
    """A name, the address in memory that it stands for, and "python313.Py_None" where that is
    another DLL's."""

    name: str
    address: int
    forward: str


@define
class Pe:
    """A PE file. Raises PeError, from any method, for what leads outside."""

    data: memoryview
    optional: int
    sections: tuple[Section, ...]
    table: int
    """Where the sections' table begins."""

    @classmethod
    def of(cls, data: bytes | memoryview) -> Pe:
        """By its headers."""
        view = memoryview(data)
        at = _unpack("<I", view, 0x3C)[0]
        signature, _, count, _, _, _, size, _ = _unpack("<4sHHIIIHH", view, at)
        if signature != b"PE\0\0" or _unpack("<H", view, at + HEADER_SIZE)[0] != _PE32_PLUS:
            raise PeError("not a 64-bit PE file")
        if count > _MOST_SECTIONS:
            raise PeError("more sections than Windows loads")
        table = at + HEADER_SIZE + size
        rows = (_unpack(SECTION.format, view, table + i * SECTION.size) for i in range(count))
        return cls(view, at + HEADER_SIZE, tuple(Section(*row[:5]) for row in rows), table)

    def number(self, field: int) -> int:
        """A number of the optional header, by its distance from that header's start."""
        return int(_unpack("<I", self.data, self.optional + field)[0])

    def dynamic(self) -> Dynamic:
        """The names of the DLLs that it needs, in small letters: at once, once they are used, or
        because it stands for them, as python3.dll does for python313.dll."""
        names = [*self._imports(IMPORTS, 20, 12), *self._imports(DELAYED_IMPORTS, 32, 4)]
        names += [f"{e.forward.rpartition('.')[0]}.dll" for e in self.exports() if e.forward]
        return Dynamic(tuple(dict.fromkeys(name.lower() for name in names)), None)

    def exports(self) -> Iterator[Export]:
        """What it exports by name."""
        start, size = self._directory(EXPORTS)
        if not size:
            return
        _, functions, count, addresses, names, ordinals = _unpack(
            "<6I", self.data, self.offset(start) + 16
        )
        for i in range(min(count, _MOST_NAMES)):
            name = self._number("<I", names + 4 * i)
            index = self._number("<H", ordinals + 2 * i)
            if index >= functions:
                raise PeError("its exports are damaged")
            place = self._number("<I", addresses + 4 * index)
            inside = start <= place < start + size
            yield Export(self._text(name), place, self._text(place) if inside else "")

    def thread_variables(self) -> int:
        """How many bytes of variables each thread has of its own."""
        start, size = self._directory(THREADS)
        if not size:
            return 0
        first, end, _, _, zeros, _ = _unpack("<4Q2I", self.data, self.offset(start))
        found = int(end - first + zeros)
        return found if found > _MINGW_MARK else 0

    def offset(self, address: int) -> int:
        """Where in the file something lies, by its address in memory."""
        for section in self.sections:
            if section.address <= address < section.address + section.stored:
                return section.offset + address - section.address
        raise PeError("an address leads outside of the PE file")

    def _imports(self, number: int, size: int, field: int) -> Iterator[str]:
        """Names in the rows of a table, which a row of zeros ends."""
        start, whole = self._directory(number)
        for at in range(start, start + whole, size):
            name = self._number("<I", at + field)
            if not name:
                return
            yield self._text(name)

    def _directory(self, number: int) -> tuple[int, int]:
        """(address, size) of a table; (0, 0) when there is none."""
        if number >= self.number(DIRECTORIES - 4):
            return 0, 0
        start, size = _unpack("<II", self.data, self.optional + DIRECTORIES + 8 * number)
        return (start, size) if start else (0, 0)

    def _number(self, form: str, address: int) -> int:
        return int(_unpack(form, self.data, self.offset(address))[0])

    def _text(self, address: int) -> str:
        start = self.offset(address)
        piece = bytes(self.data[start : start + 4096])
        if b"\0" not in piece:
            raise PeError("a name of the PE file is cut off")
        return piece.partition(b"\0")[0].decode("ascii", errors="replace")


def is_pe(data: bytes | memoryview) -> bool:
    """Whether a file is a PE file."""
    return bytes(data[:2]) == b"MZ"


def _unpack(form: str, data: memoryview, offset: int) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(form, data, offset)
    except struct.error as error:
        raise PeError("the PE file is cut off") from error
