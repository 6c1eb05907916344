"""Embedding into Mach-O programs: a container in the place of a segment of the linked runtime (see
docs/container-format.md)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from attrs import evolve

from oxidize.binary.codesign import prepare, signature, unsigned_size
from oxidize.binary.load_commands import LC_UUID, MachO, MachoError, Segment

SEGMENT, _PLACEHOLDER = "__OXIDIZE", b"placeholder"
_READ = 1
# Of arm64; that of x86_64 divides it.
_PAGE = 0x4000


def _align(size: int) -> int:
    return -(-size // _PAGE) * _PAGE


def embed_macho(
    runtime: bytes, payload: bytes | memoryview, identifier: str
) -> Iterator[bytes | memoryview]:
    """The signed executable, piece by piece; `identifier` is what its signature calls it.

    Raises MachoError when the runtime isn't one, or already carries a container.
    """
    macho = MachO(runtime)
    place, linkedit = _place(macho), macho.linkedit()
    used = unsigned_size(macho, linkedit)
    rest = macho.data[linkedit.offset : linkedit.offset + used]
    size = _align(len(payload))
    place.file_size = place.memory_size = size
    place.protection = _READ
    place.sections = [evolve(place.sections[0], size=len(payload))]
    macho.put(place)
    macho.move_linkedit(place.offset + size - linkedit.offset)
    linkedit.offset, linkedit.address = place.offset + size, place.address + size
    start = prepare(macho, identifier, linkedit, used)
    _name_build(macho, payload)
    pieces = [
        macho.head() + bytes(macho.data[len(macho.head()) : place.offset]),
        payload,
        bytes(size - len(payload)),
        bytes(rest).ljust(start - linkedit.offset, b"\0"),
    ]
    yield from pieces
    # The payload's last page goes together with what fills it.
    whole = len(payload) // 4096 * 4096
    last = bytes(payload[whole:]) + pieces[2]
    yield signature(macho, identifier, [pieces[0], memoryview(payload)[:whole], last, pieces[3]])


def _place(macho: MachO) -> Segment:
    place = macho.segment(SEGMENT)
    if macho.segments()[-2].name != SEGMENT or len(place.sections) != 1:
        raise MachoError(f"the segment {SEGMENT} is not ours")
    if not bytes(macho.data[place.offset : place.offset + 16]).startswith(_PLACEHOLDER):
        raise MachoError("it carries a container already")
    return place


def _name_build(macho: MachO, payload: bytes | memoryview) -> None:
    """Programs with another content have another UUID: macOS and debuggers tell them by it."""
    command = macho.find(LC_UUID)
    if command is not None:
        digest = bytearray(sha256(bytes(command) + bytes(payload[:64])).digest()[:16])
        digest[6], digest[8] = digest[6] & 0x0F | 0x80, digest[8] & 0x3F | 0x80
        command[8:24] = digest


def macho_payload(executable: bytes | memoryview) -> memoryview:
    """The container inside a program. Raises MachoError when there is none."""
    macho = MachO(executable)
    try:
        place = macho.segment(SEGMENT)
    except MachoError as error:
        raise MachoError("it carries no container") from error
    size = place.sections[0].size if place.sections else 0
    found = macho.data[place.offset : place.offset + min(size, place.file_size)]
    if bytes(found[:8]) != b"OXIDIZE\0":
        raise MachoError("it carries no container")
    return found
