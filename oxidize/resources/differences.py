"""Differences of two files of one form: which parts of programs, containers and archives differ."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator, Mapping

from oxidize.binary.payload import NoPayload, find_payload
from oxidize.resources.layout import MAGIC
from oxidize.resources.model import File, Module
from oxidize.resources.reader import Container, ContainerError, decode

AROUND = "what is around its parts"
_EXECUTABLES = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_DAMAGED = (ContainerError, zipfile.BadZipFile, tarfile.TarError, EOFError, OSError)


def differences(one: bytes, two: bytes) -> list[str]:
    """Names of the parts that two different files don't have in common, sorted.

    "ARCHIVE'S MEMBER: module NAME, bytecode 0" for parts of parts. Empty when the form isn't known;
    only AROUND when all parts are the same (their order, or how they are packed, differs).
    """
    first, second = _parts(one), _parts(two)
    if first is None or second is None:
        return []
    names = sorted(first.keys() | second.keys())
    return [each for name in names for each in _compare(name, first, second)] or [AROUND]


def _compare(name: str, first: Mapping[str, bytes], second: Mapping[str, bytes]) -> Iterator[str]:
    one, two = first.get(name), second.get(name)
    if one == two:
        return
    if one is None or two is None:
        yield f"{name} (in one of them only)"
        return
    deeper = differences(one, two)
    yield from (f"{name}: {each}" for each in deeper)
    if not deeper:
        yield name


def _parts(data: bytes) -> Mapping[str, bytes] | None:
    """Name -> bytes of each part; None for another form, and for what is damaged."""
    try:
        if data.startswith(MAGIC):
            return dict(_container(data))
        if data.startswith(_EXECUTABLES):
            return dict(_container(find_payload(data)))
        if data.startswith(b"PK"):
            return dict(_zip(data))
        if data.startswith(b"\x1f\x8b") or data[257:262] == b"ustar":
            return dict(_tar(data))
    except (NoPayload, *_DAMAGED):
        pass
    return None


def _container(data: bytes | memoryview) -> Iterator[tuple[str, bytes]]:
    resources = Container(data).resources()
    for key, value in resources.config.items():
        yield f"setting {key}", repr(value).encode()
    for module in resources.modules.values():
        yield from _module(module)
    for file in resources.files.values():
        yield from _file(file)


def _module(module: Module) -> Iterator[tuple[str, bytes]]:
    name = f"module {module.name}"
    about = (module.path, module.flags, module.libraries, module.beside)
    yield f"{name}, attributes", repr(about).encode()
    if module.source:
        yield f"{name}, source", decode(module.source)
    for level, code in module.code.items():
        yield f"{name}, bytecode {level}", decode(code)
    if module.extension:
        yield f"{name}, extension", decode(module.extension)


def _file(file: File) -> Iterator[tuple[str, bytes]]:
    about = (file.flags, file.libraries, file.descriptor, file.beside)
    yield f"file {file.path}, attributes", repr(about).encode()
    if file.content:
        yield f"file {file.path}", decode(file.content)


def _zip(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            about = (info.date_time, info.external_attr, info.compress_type)
            yield info.filename, archive.read(info)
            yield f"{info.filename}, attributes", repr(about).encode()


def _tar(data: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for info in archive:
            about = (info.mtime, info.mode, info.uid, info.gid, info.uname, info.type)
            content = archive.extractfile(info) if info.isfile() else None
            yield info.name, content.read() if content else info.linkname.encode()
            yield f"{info.name}, attributes", repr(about).encode()
