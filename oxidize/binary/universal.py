"""Universal files of macOS: Mach-O files of several architectures in one."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from attrs import frozen

from oxidize.binary.load_commands import MACHINES, MachO, MachoError

_ALIGNMENT = 14
"""As a power of two: pages of arm64."""
_NARROW, _WIDE = b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"
_HEAD = struct.Struct(">4sI")
_ROWS = {_NARROW: struct.Struct(">5I"), _WIDE: struct.Struct(">2I2Q2I")}
# A Java class begins in the same way, and has a version where these have a small number.
_MOST = 40


@frozen
class Slice:
    """The file of one architecture."""

    machine: str
    data: memoryview


def is_universal(data: bytes | memoryview) -> bool:
    """Whether a file is one, by its first bytes."""
    head = bytes(data[:8])
    return head[:4] in _ROWS and len(head) == 8 and int.from_bytes(head[4:], "big") < _MOST


def slices(data: bytes | memoryview) -> list[Slice]:
    """The files in a universal one. Raises MachoError."""
    view = memoryview(data)
    magic, count = _HEAD.unpack_from(view)
    row = _ROWS[magic]
    if len(view) < _HEAD.size + count * row.size:
        raise MachoError("the table of the universal file is cut off")
    found = []
    for number in range(count):
        cpu, _, offset, size, *_ = row.unpack_from(view, _HEAD.size + number * row.size)
        if offset + size > len(view):
            raise MachoError("the universal file is cut off")
        name = MACHINES.get(cpu, f"machine {cpu:#x}")
        found.append(Slice(name, view[offset : offset + size]))
    return found


def thin(data: bytes, machine: str) -> bytes:
    """What of a file is for a machine; the file itself if it isn't universal. Raises MachoError."""
    if not is_universal(data):
        return data
    for each in slices(data):
        if each.machine == machine:
            return bytes(each.data)
    raise MachoError(f"there is no code for {machine} in it")


def universal(files: Sequence[bytes | memoryview]) -> Iterator[bytes | memoryview]:
    """A universal file of Mach-O files, piece by piece. Raises MachoError for other files, for two
    of one architecture, and for none."""
    known: dict[str, bytes | memoryview] = {}
    for file in files:
        machine = MachO(file).machine
        if machine in known:
            raise MachoError(f"two files are for {machine}")
        known[machine] = file
    if not known:
        raise MachoError("it holds no file")
    ordered = [known[machine] for machine in sorted(known, reverse=True)]
    places, end = [], 0
    for file in ordered:
        start = -(-max(end, 1) // (1 << _ALIGNMENT)) << _ALIGNMENT
        places.append(start)
        end = start + len(file)
    magic = _NARROW if end < 1 << 32 else _WIDE
    head = _HEAD.pack(magic, len(ordered))
    for file, start in zip(ordered, places, strict=True):
        kind = struct.unpack_from("<2I", file, 4)
        row = (*kind, start, len(file), _ALIGNMENT)
        head += _ROWS[magic].pack(*row, *([0] if magic == _WIDE else []))
    yield head
    at = len(head)
    for file, start in zip(ordered, places, strict=True):
        yield bytes(start - at)
        yield file
        at = start + len(file)
