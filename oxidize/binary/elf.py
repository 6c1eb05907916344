"""The ELF file: what the loader reads, and the bytes to edit for embedding and stripping."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from attrs import astuple, define, frozen

from oxidize.binary.error import BinaryError

PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE = 1, 2, 3, 4
PF_R = 4
MAGIC = b"\x7fELF"
_SHT_SYMTAB, _SHF_ALLOC = 2, 2
_DT_NEEDED, _DT_STRTAB, _DT_STRSZ, _DT_SONAME, _DT_RPATH, _DT_RUNPATH = 1, 5, 10, 14, 15, 29
_DT_SYMTAB, _DT_VERSYM, _DT_VERNEED, _DT_VERNEEDNUM = 6, 0x6FFFFFF0, 0x6FFFFFFE, 0x6FFFFFFF
_DT_FLAGS_1, _DF_1_PIE = 0x6FFFFFFB, 0x08000000
# What may follow the symbols: hash tables, strings, relocations, versions.
_DT_HASH, _DT_GNU_HASH = 4, 0x6FFFFEF5
_DT_RELR = 36
_WEAK = 2
_TABLES = (_DT_HASH, _DT_STRTAB, 7, 17, 23, _DT_GNU_HASH, _DT_VERSYM, 0x6FFFFFFC, _DT_VERNEED)
# Of the version's number in DT_VERSYM: the rest says that the version is hidden.
_VERSION_MASK = 0x7FFF
_MOST_VERSIONS = 4096
_MACHINES = {
    3: "i686",
    20: "powerpc",
    21: "powerpc64",
    22: "s390x",
    40: "arm",
    62: "x86_64",
    183: "aarch64",
    243: "riscv64",
    258: "loongarch64",
}


class ElfError(BinaryError):
    """Not an ELF file that oxidize can edit; the message says why."""


@frozen
class _Form:
    """How one class of files, 32-bit or 64-bit, lays out its tables in one order of bytes."""

    header: struct.Struct
    segment: struct.Struct
    section: struct.Struct
    dynamic: struct.Struct
    symbol: struct.Struct
    wide: bool

    @classmethod
    def of(cls, ident: bytes) -> _Form:
        """By the first bytes of a file. Raises ElfError when it's no ELF file."""
        if len(ident) < 6 or ident[:4] != MAGIC or not {ident[4], ident[5]} <= {1, 2}:
            raise ElfError("not an ELF file, or its header is cut off")
        wide, order = ident[4] == 2, "<" if ident[5] == 1 else ">"
        if wide:
            forms = ("16sHHIQQQIHHHHHH", "IIQQQQQQ", "IIQQQQIIQQ", "QQ", "IBBHQQ")
        else:
            forms = ("16sHHIIIIIHHHHHH", "IIIIIIII", "IIIIIIIIII", "II", "IIIBBH")
        header, segment, section, dynamic, symbol = (struct.Struct(order + f) for f in forms)
        return cls(header, segment, section, dynamic, symbol, wide)

    @property
    def order(self) -> str:
        """ "<" or ">"."""
        return self.header.format[0]

    def read_segment(self, data: memoryview, offset: int) -> Segment:
        """A program header."""
        row = self.segment.unpack_from(data, offset)
        return Segment(*(row if self.wide else (row[0], row[6], *row[1:6], row[7])))

    def write_segment(self, data: bytearray, offset: int, segment: Segment) -> None:
        """Writes a program header."""
        kind, flags, *rest = astuple(segment)
        row = (kind, flags, *rest) if self.wide else (kind, *rest[:5], flags, rest[5])
        self.segment.pack_into(data, offset, *row)

    def section_of(self, row: tuple[int, ...]) -> int:
        """The number of the section that a symbol is in; 0 for one that others are to give."""
        return row[3] if self.wide else row[5]

    def binding_of(self, row: tuple[int, ...]) -> int:
        """Whether a symbol is local, global or weak."""
        return (row[1] if self.wide else row[3]) >> 4


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
    rpath: tuple[str, ...] = ()
    runpath: tuple[str, ...] = ()

    @property
    def search(self) -> tuple[str, ...]:
        """Folders that the loader looks into."""
        return self.rpath + self.runpath


@frozen
class Version:
    """A version of symbols that a library is to have: "GLIBC_2.34" of "libc.so.6"."""

    library: str
    name: str
    weak: bool = False


class Elf:
    """An ELF file; the bytes given are never changed."""

    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        self.data = memoryview(data)
        self._form = _Form.of(bytes(self.data[:6]))
        if len(data) < self._form.header.size:
            raise ElfError("the file header is cut off")
        header = self._form.header.unpack_from(self.data)
        self.type, self._machine = header[1], header[2]
        self.segments_at, self.sections_at = header[5], header[6]
        self._segment_count, self._section_count, self._names_index = (
            header[10],
            header[12],
            header[13],
        )
        size = self._form.segment.size
        if self.segments_at + size * self._segment_count > len(data):
            raise ElfError("the program headers are cut off")
        self.segments = [
            self._form.read_segment(self.data, self.segments_at + size * i)
            for i in range(self._segment_count)
        ]
        self.sections = list(self._read_sections())

    def _read_sections(self) -> Iterator[Section]:
        form = self._form.section
        size = form.size
        if self.sections_at + size * self._section_count > len(self.data):
            raise ElfError("the section headers are cut off")
        rows = [
            list(form.unpack_from(self.data, self.sections_at + size * i))
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
        for i, segment in enumerate(self.segments):
            at = self.segments_at + self._form.segment.size * i
            self._form.write_segment(data, at, segment)
        for i, section in enumerate(self.sections):
            form = self._form.section
            form.pack_into(data, self.sections_at + form.size * i, *section.fields)
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
        size = self._form.dynamic.size
        return list(self._form.dynamic.iter_unpack(body[: len(body) // size * size]))

    def dynamic(self) -> Dynamic:
        """Needed libraries, own name and search paths; all empty for a static file."""
        rows = self._dynamic_rows()
        strings = next((v for tag, v in rows if tag == _DT_STRTAB), None)
        if strings is None:
            return Dynamic((), None)
        base = self._file_offset(strings)

        def texts(tag: int) -> tuple[str, ...]:
            return tuple(self._text(base + value) for each, value in rows if each == tag)

        def places(tag: int) -> tuple[str, ...]:
            return tuple(part for text in texts(tag) for part in text.split(":"))

        soname = next(iter(texts(_DT_SONAME)), None)
        return Dynamic(texts(_DT_NEEDED), soname, places(_DT_RPATH), places(_DT_RUNPATH))

    @property
    def order(self) -> str:
        """ "<" or ">": how numbers lie in it."""
        return self._form.order

    @property
    def machine(self) -> str:
        """As triples spell it, such as "x86_64"; else a number."""
        name = _MACHINES.get(self._machine, f"machine {self._machine}")
        return name + ("le" if self.order == "<" and name == "powerpc64" else "")

    def interpreter(self) -> str | None:
        """The path of the loader that the kernel starts; none for libraries and static programs."""
        for segment in self.segments:
            if segment.type == PT_INTERP:
                return self._text(segment.offset)
        return None

    @property
    def is_pie(self) -> bool:
        """Whether the linker marked it as a program that may lie anywhere."""
        return any(tag == _DT_FLAGS_1 and value & _DF_1_PIE for tag, value in self._dynamic_rows())

    def versions(self) -> Mapping[int, Version]:
        """The versions of symbols that libraries are to have, by the numbers symbols refer to.

        Raises ElfError when the table is damaged.
        """
        values = dict(reversed(self._dynamic_rows()))
        if _DT_VERNEED not in values:
            return {}
        strings = self._file_offset(values.get(_DT_STRTAB, 0))
        found: dict[int, Version] = {}
        rows = 0
        at = self._file_offset(values[_DT_VERNEED])
        for _ in range(min(values.get(_DT_VERNEEDNUM, 0), _MOST_VERSIONS)):
            _, count, file, first, following = self.unpack("HHIII", at)
            library, row = self._text(strings + file), at + first
            for _ in range(count):
                _, flags, number, name, step = self.unpack("IHHII", row)
                version = Version(library, self._text(strings + name), bool(flags & 2))
                found[number & _VERSION_MASK] = version
                rows += 1
                if rows > _MOST_VERSIONS:
                    raise ElfError("too many versions of symbols")
                if not step:
                    break
                row += step
            if not following:
                break
            at += following
        return found

    def users(self, wanted: Collection[Version]) -> Mapping[Version, list[str]]:
        """The symbols that ask for these versions; what none asks for has no entry."""
        numbers = {number: v for number, v in self.versions().items() if v in wanted}
        values = dict(reversed(self._dynamic_rows()))
        if not numbers or _DT_SYMTAB not in values or _DT_VERSYM not in values:
            return {}
        start, size = values[_DT_SYMTAB], self._form.symbol.size
        symbols, strings = self._file_offset(start), self._file_offset(values.get(_DT_STRTAB, 0))
        marks = self._file_offset(values[_DT_VERSYM])
        found: dict[Version, list[str]] = {}
        for i in range(1, self._symbol_count(values)):
            row = self.unpack(self._form.symbol.format[1:], symbols + size * i)
            (mark,) = self.unpack("H", marks + 2 * i)
            version = numbers.get(mark & _VERSION_MASK)
            if version and self._form.section_of(row) == 0:
                found.setdefault(version, []).append(self._text(strings + row[0]))
        return found

    def has_packed_relocations(self) -> bool:
        """Whether loaders have to know those of the kind RELR."""
        return any(tag == _DT_RELR for tag, _ in self._dynamic_rows())

    def wanted_symbols(self) -> Iterator[str]:
        """The dynamic symbols that others are to give, but for weak ones.

        Raises ElfError when the table is damaged.
        """
        values = dict(reversed(self._dynamic_rows()))
        if _DT_SYMTAB not in values:
            return
        form, count = self._form.symbol, self._symbol_count(values)
        start = self._file_offset(values[_DT_SYMTAB])
        strings = self._file_offset(values.get(_DT_STRTAB, 0))
        for i in range(1, count):
            row = self.unpack(form.format[1:], start + form.size * i)
            if self._form.section_of(row) == 0 and self._form.binding_of(row) != _WEAK:
                yield self._text(strings + row[0])

    def _symbol_count(self, values: Mapping[int, int]) -> int:
        """How many dynamic symbols there are. Only hash tables tell: the old kind by a number, the
        new one by the last symbol that it leads to."""
        if _DT_HASH in values:
            return int(self.unpack("II", self._file_offset(values[_DT_HASH]))[1])
        if _DT_GNU_HASH in values:
            at = self._file_offset(values[_DT_GNU_HASH])
            buckets, first, words, _ = self.unpack("IIII", at)
            table = at + 16 + words * (8 if self._form.wide else 4)
            last = max(self.unpack(f"{buckets}I", table), default=0)
            if last >= first:
                chain = table + 4 * buckets - 4 * first
                while not self.unpack("I", chain + 4 * last)[0] & 1:
                    last += 1
                return last + 1
        # No symbol is there for others: another table follows those that are asked for.
        start = values[_DT_SYMTAB]
        end = min((values[t] for t in _TABLES if values.get(t, 0) > start), default=start)
        return (end - start) // self._form.symbol.size

    def unpack(self, form: str, offset: int) -> tuple[Any, ...]:
        """Fields at a place, as `struct` calls their form. Raises ElfError outside of the file."""
        if offset < 0:
            raise ElfError("a table lies before the file")
        try:
            return struct.unpack_from(self.order + form, self.data, offset)
        except (struct.error, OverflowError):
            raise ElfError("a table is cut off") from None

    def renamed(self, names: Mapping[str, bytes]) -> bytes | None:
        """The bytes with other strings in place of names in the dynamic string table, as in needed
        libraries and versions; None when one of them is missing or shorter than what replaces it.
        """
        rows = self._dynamic_rows()
        values = dict(reversed(rows))
        start = self._file_offset(values.get(_DT_STRTAB, 0))
        table = bytes(self.data[start : start + values.get(_DT_STRSZ, 0)])
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
        self._point_at_sections(stripped, 0, 0, 0)
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
        self._point_at_sections(stripped, len(stripped), len(rows), first + 2)
        return bytes(stripped) + b"".join(self._form.section.pack(*row) for row in rows)

    def _mapped(self) -> bytearray:
        end = max((s.offset + s.file_size for s in self.segments), default=len(self.data))
        end = max(end, self.segments_at + self._form.segment.size * self._segment_count)
        return bytearray(self.data[:end])

    def _point_at_sections(self, data: bytearray, at: int, count: int, names: int) -> None:
        """Sets e_shoff, e_shentsize, e_shnum and e_shstrndx; without sections, all are 0."""
        fields = list(self._form.header.unpack_from(data))
        fields[6], fields[11:] = at, [self._form.section.size if count else 0, count, names]
        self._form.header.pack_into(data, 0, *fields)
