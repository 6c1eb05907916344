"""The container writer: resources in, bytes of docs/container-format.md out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO

from oxidize.errors import ActionError, Diagnostic
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
    Section,
    align,
    hash_name,
)
from oxidize.resources.model import Blob, ConfigValue, File, Module, Resources


def _utf8(name: str) -> bytes:
    """A name's bytes. Raises ActionError for a name whose bytes on disk aren't UTF-8."""
    try:
        return name.encode()
    except UnicodeEncodeError:
        shown = os.fsencode(name).decode(errors="backslashreplace")
    raise ActionError(
        Diagnostic(
            "OX0414",
            f"the name of {shown} isn't UTF-8",
            help="rename the file, or leave its folder out with .without([...])",
        )
    )


class _Strings:
    """The STRINGS section: each string once."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._places: dict[str, tuple[int, int]] = {}

    def place(self, text: str) -> tuple[int, int]:
        """Offset and length of a string."""
        found = self._places.get(text)
        if found is None:
            encoded = _utf8(text)
            if b"\0" in encoded:
                raise ValueError(f"a name with a NUL: {text!r}")
            found = self._places[text] = (len(self.data), len(encoded))
            self.data += encoded + b"\0"
        return found


class _Blobs:
    """The BLOBS and DATA sections: equal blobs once, in order of first use."""

    def __init__(self) -> None:
        self.blobs: list[Blob] = []
        self.offsets: list[int] = []
        self.size = 0
        self._places: dict[tuple[bytes, int], int] = {}

    def place(self, blob: Blob | None) -> int:
        """Index of a blob."""
        if blob is None:
            return NONE
        identity = (hashlib.sha256(blob.data).digest(), blob.codec)
        found = self._places.get(identity)
        if found is None:
            found = self._places[identity] = len(self.blobs)
            self.blobs.append(blob)
            self.offsets.append(self.size)
            self.size = align(self.size + len(blob.data) + 1)
        return found

    def rows(self, data_offset: int) -> bytes:
        """The BLOBS section, once DATA's offset is known."""
        return b"".join(
            BLOB.pack(data_offset + offset, len(blob.data), blob.raw_size, blob.codec, 0)
            for blob, offset in zip(self.blobs, self.offsets, strict=True)
        )

    def chunks(self) -> Iterator[bytes | memoryview]:
        """The DATA section, piece by piece."""
        for blob in self.blobs:
            yield blob.data
            yield bytes(align(len(blob.data) + 1) - len(blob.data))


def hash_table(names: Sequence[str]) -> bytes:
    """A hash table over rows in this order."""
    slots = 2
    while slots < 2 * len(names):
        slots *= 2
    table = [(0, 0)] * slots
    for index, name in enumerate(names):
        value = hash_name(name.encode())
        slot = value % slots
        while table[slot][1]:
            slot = (slot + 1) % slots
        table[slot] = (value, index + 1)
    return b"".join(SLOT.pack(*slot) for slot in table)


def encode_config(config: Mapping[str, ConfigValue]) -> bytes:
    """The CONFIG section. Booleans are 0 and 1; a list repeats its key."""
    out = bytearray()
    for key in sorted(config):
        value = config[key]
        texts = [value] if isinstance(value, str | int) else list(value)
        for text in texts:
            row = str(int(text)) if isinstance(text, int) else text
            if "\0" in key or "\0" in row:
                raise ValueError(f"a setting with a NUL: {key}")
            out += key.encode() + b"\0" + row.encode() + b"\0"
    return bytes(out)


class _Tables:
    """Rows of modules and files, with the strings, blobs and library lists they point to."""

    def __init__(self, resources: Resources) -> None:
        self.strings = _Strings()
        self.blobs = _Blobs()
        self.libraries: list[int] = []
        modules = sorted(resources.modules.values(), key=lambda m: _utf8(m.name))
        files = sorted(resources.files.values(), key=lambda f: _utf8(f.path))
        self._file_index = {f.path: i for i, f in enumerate(files)}
        self.module_names = [m.name for m in modules]
        self.file_names = [f.path for f in files]
        self.modules = b"".join([self._module(m) for m in modules])
        self.files = b"".join([self._file(f) for f in files])

    def _needed(self, owner: str, paths: Iterable[str]) -> tuple[int, int]:
        first = len(self.libraries)
        for path in paths:
            if path not in self._file_index:
                raise ValueError(f"{owner} needs {path}, which is not in the container")
            self.libraries.append(self._file_index[path])
        return first, len(self.libraries) - first

    def _module(self, module: Module) -> bytes:
        return MODULE.pack(
            *self.strings.place(module.name),
            *self.strings.place(module.path),
            module.flags,
            self.blobs.place(module.source),
            *(self.blobs.place(module.code.get(level)) for level in (0, 1, 2)),
            self.blobs.place(module.extension),
            *self._needed(module.name, module.libraries),
            *self.strings.place(module.beside),
            *(0, 0),
        )

    def _file(self, file: File) -> bytes:
        return FILE.pack(
            *self.strings.place(file.path),
            file.flags,
            self.blobs.place(file.content),
            *self._needed(file.path, file.libraries),
            file.descriptor,
            *self.strings.place(file.beside),
            0,
        )


def write_container(resources: Resources, out: IO[bytes]) -> int:
    """Writes a container at the start of `out`, which must be seekable; returns its size.

    Raises ActionError for names that aren't UTF-8, and ValueError for names with NUL and for
    libraries that aren't among the files.
    """
    tables = _Tables(resources)
    sections: dict[Section, bytes] = {
        Section.STRINGS: bytes(tables.strings.data),
        Section.BLOBS: bytes(BLOB.size * len(tables.blobs.blobs)),
        Section.MODULES: tables.modules,
        Section.MODULE_HASH: hash_table(tables.module_names),
        Section.FILES: tables.files,
        Section.FILE_HASH: hash_table(tables.file_names),
        Section.LIBRARIES: b"".join(INDEX.pack(i) for i in tables.libraries),
        Section.CONFIG: encode_config(resources.config),
    }
    offset = align(HEADER.size + SECTION.size * len(Section))
    offsets: dict[Section, int] = {}
    for kind, body in sections.items():
        offsets[kind] = offset
        offset = align(offset + len(body))
    offsets[Section.DATA] = offset
    total = offset + tables.blobs.size
    sections[Section.BLOBS] = tables.blobs.rows(offset)

    digest = hashlib.sha256()
    out.write(bytes(HEADER.size))

    def emit(chunk: bytes | memoryview) -> None:
        digest.update(chunk)
        out.write(chunk)

    sizes = {kind: len(body) for kind, body in sections.items()}
    sizes[Section.DATA] = tables.blobs.size
    head = b"".join(SECTION.pack(kind, 0, offsets[kind], sizes[kind]) for kind in Section)
    emit(head.ljust(align(HEADER.size + len(head)) - HEADER.size, b"\0"))
    for body in sections.values():
        emit(body.ljust(align(len(body)), b"\0"))
    for chunk in tables.blobs.chunks():
        emit(chunk)
    out.seek(0)
    out.write(HEADER.pack(MAGIC, VERSION, len(Section), total, 0, digest.digest()))
    out.seek(0, 2)
    return total
