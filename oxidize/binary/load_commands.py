"""Mach-O files of one 64-bit architecture: their load commands, read and rewritten.

lief tells what a file is (macho.py). Here is what programs are made with: nothing but the commands
changes, and no byte of the rest moves unless it is told to.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from posixpath import basename, dirname

from attrs import define, frozen

from oxidize.binary.elf import Dynamic
from oxidize.binary.error import BinaryError

MAGIC = b"\xcf\xfa\xed\xfe"
MACHINES = {0x0100000C: "aarch64", 0x01000007: "x86_64"}
EXECUTABLE = 2
LC_SYMTAB, LC_DYSYMTAB, LC_ID_DYLIB = 0x2, 0xB, 0xD
LC_SEGMENT, LC_UUID, LC_CODE_SIGNATURE = 0x19, 0x1B, 0x1D
LC_DYLD_INFO, LC_DYLD_INFO_ONLY, LC_RPATH = 0x22, 0x80000022, 0x8000001C
LC_LOAD_DYLIB, LC_LOAD_WEAK_DYLIB, LC_REEXPORT_DYLIB = 0xC, 0x80000018, 0x8000001F
_LC_LAZY_LOAD_DYLIB, _LC_LOAD_UPWARD_DYLIB = 0x20, 0x80000023
_LOADS = (
    *(LC_LOAD_DYLIB, LC_LOAD_WEAK_DYLIB, LC_REEXPORT_DYLIB),
    *(_LC_LAZY_LOAD_DYLIB, _LC_LOAD_UPWARD_DYLIB),
)
SYSTEM = ("/usr/lib/", "/System/Library/")
"""Where the system's own libraries are."""

_HEADER = struct.Struct("<4s7I")
_COMMAND = struct.Struct("<II")
_SEGMENT = struct.Struct("<II16s4Q4I")
_SECTION = struct.Struct("<16s16s2Q8I")
_LINKEDIT = "__LINKEDIT"


class MachoError(BinaryError):
    """Not a Mach-O file that oxidize can edit; the message says why."""


class MachoTooLarge(MachoError):
    """What is made would be larger than Mach-O files can be."""

    def __init__(self) -> None:
        super().__init__("a Mach-O file has at most 4 GiB")


@frozen
class Section:
    """A part of a segment."""

    name: str
    address: int
    size: int
    offset: int


@define
class Segment:
    """A part of the file that is mapped."""

    name: str
    address: int
    memory_size: int
    offset: int
    file_size: int
    protection: int
    sections: list[Section]


class MachO:
    """A file whose commands can be changed. Raises MachoError."""

    def __init__(self, data: bytes | memoryview) -> None:
        self.data = memoryview(data)
        if len(data) < _HEADER.size or bytes(self.data[:4]) != MAGIC:
            raise MachoError("not a 64-bit Mach-O file")
        self._header = _HEADER.unpack_from(self.data)
        self.machine = MACHINES.get(self._header[1], f"machine {self._header[1]:#x}")
        self.type = int(self._header[3])
        self.commands = list(self._read())

    def _read(self) -> Iterator[bytearray]:
        at = _HEADER.size
        end = at + self._header[5]
        for _ in range(self._header[4]):
            if at + _COMMAND.size > min(end, len(self.data)):
                raise MachoError("the load commands are cut off")
            kind, size = _COMMAND.unpack_from(self.data, at)
            if size < _LEAST.get(kind, _COMMAND.size) or at + size > min(end, len(self.data)):
                raise MachoError("a load command is cut off")
            yield bytearray(self.data[at : at + size])
            at += size

    # ---- reading ----

    def find(self, *kinds: int) -> bytearray | None:
        """The first command of one of these kinds."""
        return next((each for each in self.commands if kind_of(each) in kinds), None)

    def segments(self) -> list[Segment]:
        """In the order of the file."""
        return [_segment(each) for each in self.commands if kind_of(each) == LC_SEGMENT]

    def segment(self, name: str) -> Segment:
        """The one of that name. Raises MachoError."""
        for each in self.segments():
            if each.name == name:
                if each.offset + each.file_size > len(self.data):
                    raise MachoError(f"the segment {name} is cut off")
                return each
        raise MachoError(f"there is no segment {name}")

    def needed(self) -> list[str]:
        """The names that it needs libraries by, the system's included."""
        return [_text(each, 8) for each in self.commands if kind_of(each) in _LOADS]

    def dynamic(self) -> Dynamic:
        """What it needs beside the system, in the terms of ELF: by file names, and the folders in
        which these are looked for."""
        own = self.find(LC_ID_DYLIB)
        needed = [name for name in self.needed() if not name.startswith(SYSTEM)]
        paths = [_text(each, 8) for each in self.commands if kind_of(each) == LC_RPATH]
        search = [*map(dirname, needed), *paths]
        near = [f.replace("@loader_path", "$ORIGIN") for f in search if "@loader_path" in f]
        return Dynamic(
            tuple(map(basename, needed)),
            basename(_text(own, 8)) if own else None,
            rpath=tuple(dict.fromkeys(near)),
        )

    # ---- rewriting ----

    def put(self, segment: Segment) -> None:
        """Changes the command of the segment of that name, and the places of its sections."""
        for each in self.commands:
            if kind_of(each) == LC_SEGMENT and _segment(each).name == segment.name:
                _put(each, segment)

    def rename(self, old: str, new: str) -> None:
        """Loads a library by another name."""
        for number, each in enumerate(self.commands):
            if kind_of(each) in _LOADS and _text(each, 8) == old:
                text = new.encode() + b"\0"
                size = -(-(24 + len(text)) // 8) * 8
                changed = bytearray(each[:24]) + text.ljust(size - 24, b"\0")
                struct.pack_into("<II", changed, 4, size, 24)
                self.commands[number] = changed

    def head(self) -> bytes:
        """The header and the commands, up to where the first section begins. Raises MachoError when
        they don't fit."""
        commands = b"".join(self.commands)
        magic, *fields = self._header
        fields[3:5] = len(self.commands), len(commands)
        head = _HEADER.pack(magic, *fields) + commands
        room = self._room()
        if len(head) > room:
            raise MachoError(f"the load commands need {len(head)} bytes, and have {room}")
        return head.ljust(room, b"\0")

    def _room(self) -> int:
        sections = (section for each in self.segments() for section in each.sections)
        return min((s.offset for s in sections if s.offset), default=0)

    def linkedit(self) -> Segment:
        """The segment with symbols and the signature, which is the last. Raises MachoError."""
        found = self.segment(_LINKEDIT)
        if self.segments()[-1].name != _LINKEDIT:
            raise MachoError(f"{_LINKEDIT} isn't the last segment")
        return found

    def move_linkedit(self, distance: int) -> None:
        """Tells all commands that the contents of that segment are further back in the file."""
        for each in self.commands:
            for at in _OFFSETS.get(kind_of(each), ()):
                (offset,) = struct.unpack_from("<I", each, at)
                if offset and offset + distance >= 1 << 32:
                    raise MachoTooLarge
                struct.pack_into("<I", each, at, offset + distance if offset else 0)


# Where commands have offsets into __LINKEDIT. Of those of one kind, it is the third number.
_DATA = (
    LC_CODE_SIGNATURE,
    0x1E,  # split info
    0x26,  # function starts
    0x29,  # data in code
    0x2B,  # requirements of libraries
    0x2E,  # hints for optimisation
    0x80000033,  # exports
    0x80000034,  # chained fixups
    0x36,  # atoms
    0x37,  # variants of functions
    0x38,  # their fixups
)
_OFFSETS = {
    **dict.fromkeys(_DATA, (8,)),
    **dict.fromkeys((LC_DYLD_INFO, LC_DYLD_INFO_ONLY), (8, 16, 24, 32, 40)),
    LC_SYMTAB: (8, 16),
    LC_DYSYMTAB: (32, 40, 48, 56, 64, 72),
}


_LEAST = {
    **{kind: max(places) + 8 for kind, places in _OFFSETS.items()},
    **dict.fromkeys((*_LOADS, LC_ID_DYLIB, LC_UUID), 24),
    LC_SEGMENT: _SEGMENT.size,
    LC_RPATH: 12,
}
"""How large commands are that are read."""


def kind_of(command: bytearray) -> int:
    """Which load command it is."""
    return int(_COMMAND.unpack_from(command)[0])


def _text(command: bytearray, at: int) -> str:
    """The text of a command, whose offset is at a place of it."""
    (offset,) = struct.unpack_from("<I", command, at)
    return _name(bytes(command[offset:]))


def _segment(command: bytearray) -> Segment:
    _, _, name, address, memory, offset, size, _, protection, count, _ = _SEGMENT.unpack_from(
        command
    )
    if len(command) < _SEGMENT.size + count * _SECTION.size:
        raise MachoError("a load command is cut off")
    sections = [
        _section(command, _SEGMENT.size + number * _SECTION.size) for number in range(count)
    ]
    return Segment(_name(name), address, memory, offset, size, protection, sections)


def _section(command: bytearray, at: int) -> Section:
    name, _, address, size, offset, *_ = _SECTION.unpack_from(command, at)
    return Section(_name(name), address, size, offset)


def _name(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode(errors="replace")


def _put(command: bytearray, segment: Segment) -> None:
    struct.pack_into(
        "<4Q2I",
        command,
        24,
        segment.address,
        segment.memory_size,
        segment.offset,
        segment.file_size,
        segment.protection,
        segment.protection,
    )
    for number, each in enumerate(segment.sections):
        at = _SEGMENT.size + number * _SECTION.size
        struct.pack_into("<2QI", command, at + 32, each.address, each.size, each.offset)
