"""The container reader of the build side: checks everything, and gives the resources back."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from oxidize.resources.layout import (
    BLOB,
    FILE,
    HEADER,
    INDEX,
    MAGIC,
    MODULE,
    NONE,
    SECTION,
    SLOT,
    VERSION,
    Codec,
    FileFlag,
    ModuleFlag,
    Section,
    hash_name,
)
from oxidize.resources.model import Blob, File, Module, Resources

_ALIGNED = 16
_MODULE_FLAGS = sum(ModuleFlag)
_FILE_FLAGS = sum(FileFlag)


class ContainerError(ValueError):
    """The bytes are no container of this version, or damaged; the message says where."""


class Container:
    """A container in memory; blobs are views into it, nothing is copied.

    Raises ContainerError from the constructor when the header, the section table or (with
    `verify`) the digest is wrong, and from `resources` for anything else.
    """

    def __init__(self, data: bytes | memoryview, *, verify: bool = True) -> None:
        view = memoryview(data)
        if len(view) < HEADER.size or bytes(view[:8]) != MAGIC:
            raise ContainerError("not a container")
        _, version, count, size, reserved, digest = HEADER.unpack_from(view)
        if version != VERSION:
            raise ContainerError(f"container version {version}, this program reads {VERSION}")
        if size > len(view) or size < HEADER.size + SECTION.size * count:
            raise ContainerError("container is cut off")
        if count > 64 or reserved:
            raise ContainerError("the header is damaged")
        self._data = view[:size]
        self.digest: bytes = digest
        """The sha256 of what follows the header."""
        if verify and hashlib.sha256(self._data[HEADER.size :]).digest() != digest:
            raise ContainerError("the sha256 doesn't match the contents")
        self._sections = dict(self._read_sections(count))
        missing = [kind.name for kind in Section if kind not in self._sections]
        if missing:
            raise ContainerError(f"section {missing[0]} is missing")

    def _read_sections(self, count: int) -> Iterator[tuple[Section, tuple[int, int]]]:
        last = 0
        for number in range(count):
            row = HEADER.size + SECTION.size * number
            kind, reserved, offset, size = SECTION.unpack_from(self._data, row)
            bad = kind <= last or reserved or offset % _ALIGNED or offset + size > len(self._data)
            if bad or (kind < 0x80000000 and kind not in Section.__members__.values()):
                raise ContainerError(f"section {number} is damaged")
            last = kind
            if kind < 0x80000000:
                yield Section(kind), (offset, size)

    def _section(self, kind: Section) -> memoryview:
        offset, size = self._sections[kind]
        return self._data[offset : offset + size]

    def _rows(self, kind: Section, form: struct.Struct) -> list[tuple[int, ...]]:
        body = self._section(kind)
        if len(body) % form.size:
            raise ContainerError(f"section {kind.name} is damaged")
        return list(form.iter_unpack(body))

    def _string(self, kind: Section, row: int, offset: int, length: int) -> str:
        strings = self._section(Section.STRINGS)
        if offset + length >= len(strings) or strings[offset + length]:
            raise ContainerError(f"row {row} of section {kind.name} is damaged")
        try:
            return str(strings[offset : offset + length], "utf-8")
        except UnicodeDecodeError:
            raise ContainerError(f"row {row} of section {kind.name} is damaged") from None

    def _blob_rows(self) -> list[Blob]:
        first, size = self._sections[Section.DATA]
        blobs = []
        for number, row in enumerate(self._rows(Section.BLOBS, BLOB)):
            offset, stored, raw, codec, reserved = row
            inside = first <= offset and offset + stored < first + size
            known = codec == Codec.ZLIB or (codec == Codec.STORED and raw == stored)
            if not inside or not known or reserved or offset % _ALIGNED:
                raise ContainerError(f"row {number} of section BLOBS is damaged")
            blobs.append(Blob(self._data[offset : offset + stored], Codec(codec), raw))
        return blobs

    def _check_hash(self, kind: Section, names: list[str]) -> None:
        slots = self._rows(kind, SLOT)
        if len(slots) < 2 or len(slots) & (len(slots) - 1) or 2 * len(names) > len(slots):
            raise ContainerError(f"section {kind.name} is damaged")
        for index, name in enumerate(names):
            value = hash_name(name.encode())
            # At most once around: a damaged table may have no empty slot to stop at.
            for step in range(len(slots)):
                found = slots[(value + step) % len(slots)]
                if found == (value, index + 1):
                    break
                if not found[1]:
                    raise ContainerError(f"section {kind.name} doesn't lead to {name}")
            else:
                raise ContainerError(f"section {kind.name} doesn't lead to {name}")

    def _check_row(self, kind: Section, row: int, *reserved: int) -> None:
        if any(reserved):
            raise ContainerError(f"row {row} of section {kind.name} is damaged")

    def resources(self) -> Resources:
        """Everything in it, checked."""
        blobs = self._blob_rows()
        libraries = [i for (i,) in self._rows(Section.LIBRARIES, INDEX)]
        file_rows = self._rows(Section.FILES, FILE)
        paths = [self._string(Section.FILES, n, r[0], r[1]) for n, r in enumerate(file_rows)]

        def blob(kind: Section, row: int, index: int) -> Blob | None:
            if index == NONE:
                return None
            if index >= len(blobs):
                raise ContainerError(f"row {row} of section {kind.name} is damaged")
            return blobs[index]

        def needed(kind: Section, row: int, first: int, count: int) -> tuple[str, ...]:
            indices = libraries[first : first + count]
            if len(indices) != count or any(i >= len(paths) for i in indices):
                raise ContainerError(f"row {row} of section {kind.name} is damaged")
            return tuple(paths[i] for i in indices)

        modules: dict[str, Module] = {}
        for number, row in enumerate(self._rows(Section.MODULES, MODULE)):
            kind = Section.MODULES
            self._check_row(kind, number, row[4] & ~_MODULE_FLAGS, *row[14:])
            codes = {level: blob(kind, number, row[6 + level]) for level in (0, 1, 2)}
            module = Module(
                name=self._string(kind, number, row[0], row[1]),
                path=self._string(kind, number, row[2], row[3]),
                flags=ModuleFlag(row[4]),
                source=blob(kind, number, row[5]),
                code={level: code for level, code in codes.items() if code is not None},
                extension=blob(kind, number, row[9]),
                libraries=needed(kind, number, row[10], row[11]),
                beside=self._string(kind, number, row[12], row[13]),
            )
            modules[module.name] = module
        files: dict[str, File] = {}
        for number, row in enumerate(file_rows):
            self._check_row(Section.FILES, number, row[2] & ~_FILE_FLAGS, *row[9:])
            content = blob(Section.FILES, number, row[3])
            beside = self._string(Section.FILES, number, row[7], row[8])
            parts = PurePosixPath(paths[number]).parts
            if not (content or beside) or not parts or parts[0] == "/" or ".." in parts:
                raise ContainerError(f"row {number} of section FILES is damaged")
            libs = needed(Section.FILES, number, row[4], row[5])
            files[paths[number]] = File(
                paths[number], content, FileFlag(row[2]), libs, row[6], beside
            )
        self._check_order(Section.MODULES, list(modules))
        self._check_order(Section.FILES, list(files))
        self._check_hash(Section.MODULE_HASH, list(modules))
        self._check_hash(Section.FILE_HASH, list(files))
        return Resources(modules, files, dict(self._config()))

    def _check_order(self, kind: Section, names: list[str]) -> None:
        encoded = [name.encode() for name in names]
        rows = len(self._section(kind)) // (MODULE if kind is Section.MODULES else FILE).size
        if encoded != sorted(encoded) or len(set(encoded)) != rows:
            raise ContainerError(f"section {kind.name} is not in order")

    def _config(self) -> Iterator[tuple[str, str | list[str]]]:
        texts = bytes(self._section(Section.CONFIG)).split(b"\0")
        if texts.pop() or len(texts) % 2:
            raise ContainerError("section CONFIG is damaged")
        values: dict[str, list[str]] = {}
        for key, value in zip(texts[::2], texts[1::2], strict=True):
            try:
                values.setdefault(key.decode(), []).append(value.decode())
            except UnicodeDecodeError:
                raise ContainerError("section CONFIG is damaged") from None
        for name, found in values.items():
            yield name, found[0] if len(found) == 1 else found


def decode(blob: Blob) -> bytes:
    """A blob's bytes as they were before storing. Raises ContainerError when they are damaged."""
    if blob.codec is Codec.STORED:
        return bytes(blob.data)
    try:
        data = zlib.decompress(blob.data)
    except zlib.error as error:
        raise ContainerError(f"a compressed blob is damaged: {error}") from error
    if len(data) != blob.raw_size:
        raise ContainerError("a compressed blob has another size than it should")
    return data
