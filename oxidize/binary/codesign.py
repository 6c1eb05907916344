"""Code signatures of Mach-O files: ad hoc ones, which name nobody, and without which macOS runs
nothing on arm64. They hold the sha256 of every page, as linkers write them."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from hashlib import sha256

from oxidize.binary.load_commands import (
    EXECUTABLE,
    LC_CODE_SIGNATURE,
    MachO,
    MachoError,
    Segment,
)

PAGE = 4096
_HASH = 32
_SUPER_BLOB, _DIRECTORY_MAGIC, _VERSION = 0xFADE0CC0, 0xFADE0C02, 0x20400
_AD_HOC, _LINKER = 0x2, 0x20000
"""Tools replace a signature with the second flag unasked, as a linker's."""
_SHA256, _MAIN_BINARY = 2, 1
_HEAD = struct.Struct(">5I")
_DIRECTORY = struct.Struct(">9I4B4I4Q")
_COMMAND = struct.Struct("<4I")


def signature_size(identifier: str, limit: int) -> int:
    """How many bytes the signature of a file takes that has `limit` bytes before it."""
    size = _HEAD.size + _DIRECTORY.size + len(identifier.encode()) + 1 + _HASH * _pages(limit)
    return -(-size // 16) * 16


def _pages(limit: int) -> int:
    return -(-limit // PAGE)


def prepare(macho: MachO, identifier: str, linkedit: Segment, used: int) -> int:
    """Makes room for a signature behind `used` bytes of __LINKEDIT, in the commands; returns where
    in the file it begins, a multiple of 16. Raises MachoError."""
    start = -(-(linkedit.offset + used) // 16) * 16
    size = signature_size(identifier, start)
    if start + size >= 1 << 32:
        raise MachoError("a Mach-O file can't be larger than 4 GiB")
    linkedit.file_size = start + size - linkedit.offset
    linkedit.memory_size = -(-linkedit.file_size // 0x4000) * 0x4000
    macho.put(linkedit)
    command = macho.find(LC_CODE_SIGNATURE)
    if command is None:
        command = bytearray(_COMMAND.size)
        macho.commands.append(command)
    _COMMAND.pack_into(command, 0, LC_CODE_SIGNATURE, _COMMAND.size, start, size)
    return start


def signature(macho: MachO, identifier: str, pieces: Iterable[bytes | memoryview]) -> bytes:
    """The signature of a file that consists of these pieces; all but the last are a multiple of
    a page long."""
    hashes, limit = [], 0
    for piece in pieces:
        view = memoryview(piece)
        hashes += [sha256(view[at : at + PAGE]).digest() for at in range(0, len(view), PAGE)]
        limit += len(view)
    name = identifier.encode() + b"\0"
    text = macho.segment("__TEXT")
    first = _DIRECTORY.size + len(name)
    length = first + _HASH * len(hashes)
    directory = _DIRECTORY.pack(
        *(_DIRECTORY_MAGIC, length, _VERSION, _AD_HOC | _LINKER),
        *(first, _DIRECTORY.size, 0, len(hashes), limit),
        *(_HASH, _SHA256, 0, PAGE.bit_length() - 1),
        *(0, 0, 0, 0),
        *(0, text.offset, text.file_size, _MAIN_BINARY if macho.type == EXECUTABLE else 0),
    )
    blob = directory + name + b"".join(hashes)
    whole = _HEAD.pack(_SUPER_BLOB, _HEAD.size + len(blob), 1, 0, _HEAD.size) + blob
    return whole.ljust(signature_size(identifier, limit), b"\0")


def unsigned_size(macho: MachO, linkedit: Segment) -> int:
    """How many bytes of __LINKEDIT come before a signature, if there is one."""
    command = macho.find(LC_CODE_SIGNATURE)
    if command is None:
        return linkedit.file_size
    start = int(_COMMAND.unpack_from(command)[2])
    if not linkedit.offset <= start <= linkedit.offset + linkedit.file_size:
        raise MachoError("the signature isn't in __LINKEDIT")
    return start - linkedit.offset


def signed(macho: MachO, identifier: str) -> bytes:
    """A file with its changed commands, signed afresh. Raises MachoError."""
    linkedit = macho.linkedit()
    used = unsigned_size(macho, linkedit)
    start = prepare(macho, identifier, linkedit, used)
    head = macho.head()
    rest = macho.data[len(head) : linkedit.offset + used]
    data = (head + bytes(rest)).ljust(start, b"\0")
    return data + signature(macho, identifier, [data])
