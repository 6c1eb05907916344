"""The ELF file as bytes to edit: only what embedding and stripping need (64-bit, little-endian)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from attrs import astuple, define, frozen

PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE = 1, 2, 3, 4
PF_R = 4
_EHDR = struct.Struct("<16sHHIQQQIHHHHHH")
_PHDR = struct.Struct("<IIQQQQQQ")
_SHDR = struct.Struct("<IIQQQQIIQQ")
_SHT_SYMTAB, _SHF_ALLOC = 2, 2
_DYN = struct.Struct("<QQ")
_DT_NEEDED, _DT_STRTAB, _DT_STRSZ, _DT_SONAME, _DT_RPATH, _DT_RUNPATH = 1, 5, 10, 14, 15, 29


class ElfError(ValueError):
    """Not an ELF file that oxidize can edit; the message says why."""


@define
class Segment:
    """A program header."""

    type: int
    flags: int
    offset: int
    vaddr: int
    paddr: int
    file_size: int
    memory_size: int
    alignment: int


@define
class Section:
    """A section header and its name."""

    name: str
    fields: list[int]

    @property
    def address(self) -> int:
        """Virtual address."""
        return self.fields[3]

    @property
    def offset(self) -> int:
        """Place in the file."""
        return self.fields[4]

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self.fields[5]

    def place(self, address: int, offset: int, size: int) -> None:
        """Points the header at other bytes."""
        self.fields[3:6] = [address, offset, size]


@frozen
class Dynamic:
    """What the dynamic section asks of the loader."""

    needed: tuple[str, ...]
    soname: str | None
    search: tuple[str, ...]


class Elf:
    """A 64-bit little-endian ELF file; the bytes given are never changed."""

    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        self.data = memoryview(data)
        if len(data) < _EHDR.size or bytes(self.data[:6]) != b"\x7fELF\x02\x01":
            raise ElfError("not a 64-bit little-endian ELF file")
        header = _EHDR.unpack_from(self.data)
        self.segments_at, self.sections_at = header[5], header[6]
        self._segment_count, self._section_count, self._names_index = (
            header[10],
            header[12],
            header[13],
        )
        end = self.segments_at + _PHDR.size * self._segment_count
        if end > len(data):
            raise ElfError("the program headers are cut off")
        self.segments = [
            Segment(*_PHDR.unpack_from(self.data, self.segments_at + _PHDR.size * i))
            for i in range(self._segment_count)
        ]
        self.sections = list(self._read_sections())

    def _read_sections(self) -> Iterator[Section]:
        size = _SHDR.size
        if self.sections_at + size * self._section_count > len(self.data):
            raise ElfError("the section headers are cut off")
        rows = [
            list(_SHDR.unpack_from(self.data, self.sections_at + size * i))
            for i in range(self._section_count)
        ]
        if rows and self._names_index >= len(rows):
            raise ElfError("the section headers are damaged")
        for row in rows:
            yield Section(self._text(rows[self._names_index][4] + row[0]), row)

    def _text(self, start: int) -> str:
        """A NUL-terminated string. Raises ElfError when it has no end."""
        for size in (64, 4096):
            text, end, _ = bytes(self.data[start : start + size]).partition(b"\0")
            if end:
                return text.decode("utf-8", "surrogateescape")
        raise ElfError("a string without an end")

    def section(self, name: str) -> Section:
        """The section of that name. Raises ElfError when it's missing."""
        for section in self.sections:
            if section.name == name:
                return section
        raise ElfError(f"no section {name}")

    def with_headers(self) -> bytearray:
        """The bytes with the program and section headers as they are now; same in number."""
        data = bytearray(self.data)
        for i, s in enumerate(self.segments):
            _PHDR.pack_into(data, self.segments_at + _PHDR.size * i, *astuple(s))
        for i, section in enumerate(self.sections):
            _SHDR.pack_into(data, self.sections_at + _SHDR.size * i, *section.fields)
        return data

    def _file_offset(self, address: int) -> int:
        for s in self.segments:
            if s.type == PT_LOAD and s.vaddr <= address < s.vaddr + s.file_size:
                return s.offset + address - s.vaddr
        raise ElfError(f"address {address:#x} is in no segment")

    def _dynamic_rows(self) -> list[tuple[int, int]]:
        segment = next((s for s in self.segments if s.type == PT_DYNAMIC), None)
        if segment is None:
            return []
        body = self.data[segment.offset : segment.offset + segment.file_size]
        return list(_DYN.iter_unpack(body[: len(body) // _DYN.size * _DYN.size]))

    def dynamic(self) -> Dynamic:
        """Needed libraries, own name and search paths; all empty for a static file."""
        rows = self._dynamic_rows()
        strings = next((v for tag, v in rows if tag == _DT_STRTAB), None)
        if strings is None:
            return Dynamic((), None, ())
        base = self._file_offset(strings)

        def texts(*tags: int) -> tuple[str, ...]:
            starts = [base + value for tag, value in rows if tag in tags]
            return tuple(self._text(start) for start in starts)

        search = [part for text in texts(_DT_RPATH, _DT_RUNPATH) for part in text.split(":")]
        return Dynamic(texts(_DT_NEEDED), next(iter(texts(_DT_SONAME)), None), tuple(search))

    def renamed(self, names: Mapping[str, bytes]) -> bytes | None:
        """The bytes with other strings in place of names in the dynamic string table, as in needed
        libraries and versions; None when one of them is missing or shorter than what replaces it.
        """
        rows = self._dynamic_rows()
        values = dict(reversed(rows))
        start = self._file_offset(values[_DT_STRTAB])
        table = bytes(self.data[start : start + values[_DT_STRSZ]])
        for name, other in names.items():
            old = b"\0" + name.encode() + b"\0"
            if old not in table or len(other) > len(name):
                return None
            table = table.replace(old, b"\0" + other.ljust(len(old) - 2, b"\0") + b"\0")
        return b"".join([self.data[:start], table, self.data[start + len(table) :]])

    def strip(self) -> bytes:
        """The bytes that the loader maps, without section headers, symbols and debug information.

        Dynamic symbols stay: they lie in a segment.
        """
        stripped = self._mapped()
        _point_at_sections(stripped, 0, 0, 0, 0)
        return bytes(stripped)

    def strip_debug(self) -> bytes:
        """The bytes without debug information; section headers and symbols stay.

        Like the debug information, symbols lie behind all that is mapped. Symbols name their
        sections by number; so only sections behind the mapped ones are dropped.
        """
        symbols = next((s for s in self.sections if s.fields[1] == _SHT_SYMTAB), None)
        if symbols is None or symbols.fields[6] >= len(self.sections):
            return self.strip()
        unmapped = (i for i, s in enumerate(self.sections) if i and not s.fields[2] & _SHF_ALLOC)
        first = next(unmapped, len(self.sections))
        stripped, rows = self._mapped(), [s.fields for s in self.sections[:first]]
        for each in (symbols, self.sections[symbols.fields[6]], self.sections[self._names_index]):
            stripped += bytes(-len(stripped) % 8)
            rows.append([*each.fields[:4], len(stripped), *each.fields[5:]])
            stripped += self.data[each.offset : each.offset + each.size]
        rows[first][6] = first + 1
        stripped += bytes(-len(stripped) % 8)
        _point_at_sections(stripped, len(stripped), _SHDR.size, len(rows), first + 2)
        return bytes(stripped) + b"".join(_SHDR.pack(*row) for row in rows)

    def _mapped(self) -> bytearray:
        end = max((s.offset + s.file_size for s in self.segments), default=len(self.data))
        end = max(end, self.segments_at + _PHDR.size * self._segment_count)
        return bytearray(self.data[:end])


def _point_at_sections(data: bytearray, at: int, size: int, count: int, names: int) -> None:
    """Sets e_shoff, e_shentsize, e_shnum and e_shstrndx."""
    struct.pack_into("<Q", data, 40, at)
    struct.pack_into("<HHH", data, 58, size, count, names)
