"""Embedding into ELF programs: a container into the linked runtime (see
docs/container-format.md)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from oxidize.binary.elf import PF_R, PT_LOAD, PT_NOTE, Elf, ElfError, Section, Segment

NOTE_SECTION = ".note.oxidize"
PLACEHOLDER_SECTION = ".oxidize"
# Name size, description size, type, then the name "oxidize" and its NUL.
_NOTE_HEAD = 8, 16, 1, b"oxidize\0"
_NOTE_HEAD_FORM, _NOTE_BODY_FORM = "III8s", "qQ"
_NOTE_HEAD_SIZE, _NOTE_SIZE = 20, 36


def _align(offset: int, alignment: int) -> int:
    return -(-offset // alignment) * alignment


def _note(elf: Elf) -> Section:
    note = elf.section(NOTE_SECTION)
    if note.size != _NOTE_SIZE or elf.unpack(_NOTE_HEAD_FORM, note.offset) != _NOTE_HEAD:
        raise ElfError(f"section {NOTE_SECTION} is not ours")
    return note


def _add_segment(elf: Elf, note: Section, segment: Segment) -> None:
    """Takes the program header that covers the note; loads stay together, in ascending order."""
    for spare in elf.segments:
        if spare.type == PT_NOTE and spare.vaddr <= note.address < spare.vaddr + spare.memory_size:
            break
    else:
        raise ElfError(f"no program header covers {NOTE_SECTION}")
    elf.segments.remove(spare)
    last = max(i for i, s in enumerate(elf.segments) if s.type == PT_LOAD)
    elf.segments.insert(last + 1, segment)


def embed_elf(runtime: bytes, payload: bytes | memoryview) -> Iterator[bytes | memoryview]:
    """The executable, piece by piece.

    Raises ElfError when the runtime isn't one, or already carries a container.
    """
    elf = Elf(runtime)
    note = _note(elf)
    body_at = note.offset + _NOTE_HEAD_SIZE
    if elf.unpack(_NOTE_BODY_FORM, body_at) != (0, 0):
        raise ElfError("it carries a container already")
    loads = [s for s in elf.segments if s.type == PT_LOAD]
    alignment = max(s.alignment for s in loads)
    offset = _align(len(elf.data), alignment)
    address = _align(max(s.vaddr + s.memory_size for s in loads), alignment)
    size = len(payload)
    _add_segment(elf, note, Segment(PT_LOAD, PF_R, offset, address, address, size, size, alignment))
    elf.section(PLACEHOLDER_SECTION).place(address, offset, size)
    data = elf.with_headers()
    distance = address - (note.address + _NOTE_HEAD_SIZE)
    struct.pack_into(elf.order + _NOTE_BODY_FORM, data, body_at, distance, size)
    yield bytes(data)
    yield bytes(offset - len(data))
    yield payload


def elf_payload(executable: bytes | memoryview) -> memoryview:
    """The container inside an executable that oxidize made. Raises ElfError when there is none."""
    elf = Elf(executable)
    for segment in elf.segments:
        start = segment.offset
        if segment.type == PT_LOAD and executable[start : start + 8] == b"OXIDIZE\0":
            return memoryview(executable)[start : start + segment.file_size]
    raise ElfError("it carries no container")
