"""Mach-O files, as macOS has them, also universal ones: read by lief."""

from __future__ import annotations

import struct
import warnings
from typing import Literal

import lief

from oxidize.binary.load_commands import SYSTEM, MachoError
from oxidize.binary.native import (
    OBJECT_FILE,
    Data,
    Library,
    Native,
    NativeError,
    PartOf,
    UnknownFormat,
    name_of,
)
from oxidize.binary.universal import is_universal, slices

_MACHINES = {"X86_64": "x86_64", "ARM64": "aarch64", "X86": "i686", "ARM": "arm"}
_TYPES = {"EXECUTE": "executable", "DYLIB": "library", "BUNDLE": "bundle"}
_SIGNATURE, _DIRECTORY, _CMS = 0xFADE0CC0, 0xFADE0C02, 0x10000
_AD_HOC = 2

Signed = Literal["no", "ad hoc", "yes"]


def read_macho(data: Data) -> tuple[Native, ...]:
    """One for each architecture. Raises NativeError for a damaged file."""
    lief.logging.disable()
    sizes = _sizes(bytes(data))
    with warnings.catch_warnings(action="ignore"):  # of numbers that have no name
        found = lief.MachO.parse(bytes(data))
        binaries = list(found) if found is not None else []
        if len(binaries) != len(sizes):
            raise NativeError("the headers of the Mach-O file are cut off or damaged")
        return tuple(map(_read, binaries, sizes))


def _sizes(data: bytes) -> list[int]:
    """Of each file in a universal one, or of the only one."""
    try:
        return [len(each.data) for each in slices(data)] if is_universal(data) else [len(data)]
    except MachoError as error:
        raise NativeError(str(error)) from error


def _read(binary: lief.MachO.Binary, size: int) -> Native:
    header, commands = binary.header, binary.commands
    if name_of(header.file_type) == "UNKNOWN" or len(commands) != header.nb_cmds:
        raise NativeError("the headers of the Mach-O file are cut off or damaged")
    if any(s.file_offset + s.file_size > size for s in binary.segments):
        raise NativeError("the Mach-O file is cut off")
    return _native(binary)


def _native(binary: lief.MachO.Binary) -> Native:
    name, kind = name_of(binary.header.cpu_type), name_of(binary.header.file_type)
    if kind == "OBJECT":
        raise UnknownFormat(OBJECT_FILE)
    own = lief.MachO.LoadCommand.TYPE.ID_DYLIB
    install_name = next((str(c.name) for c in binary.libraries if c.command == own), None)
    needed = (str(c.name) for c in binary.libraries if c.command != own)
    minimum, sdk = _versions(binary)
    facts: dict[str, object] = {
        "sdk": sdk,
        "install_name": install_name,
        "rpaths": [str(each.path) for each in binary.rpaths],
        "signed": _signed(binary),
    }
    return Native(
        "Mach-O",
        _MACHINES.get(name, name.lower()),
        _TYPES.get(kind, kind.lower()),
        tuple(Library(each, part_of(each)) for each in needed),
        {"macOS": minimum} if minimum else {},
        facts,
    )


def part_of(name: str) -> PartOf:
    """Where a library is from."""
    return "system" if name.startswith(SYSTEM) else "to be shipped"


def _versions(binary: lief.MachO.Binary) -> tuple[str | None, str | None]:
    """The oldest macOS that the file is for, and the SDK that it was built with."""
    if binary.build_version is not None:
        return _version(binary.build_version.minos), _version(binary.build_version.sdk)
    if binary.version_min is not None:
        return _version(binary.version_min.version), _version(binary.version_min.sdk)
    return None, None


def _version(numbers: list[int]) -> str | None:
    shown = numbers[:2] if not any(numbers[2:]) else numbers
    return ".".join(map(str, shown)) if any(numbers) else None


def _signed(binary: lief.MachO.Binary) -> Signed:
    command = binary.code_signature
    return "no" if command is None else signature_kind(bytes(command.content))


def signature_kind(blob: bytes) -> Signed:
    """What an embedded signature is worth: an ad hoc one names nobody who signed."""
    try:
        magic, _, count = struct.unpack_from(">III", blob)
        if magic != _SIGNATURE:
            return "no"
        slots = [struct.unpack_from(">II", blob, 12 + 8 * i) for i in range(min(count, 64))]
        for kind, offset in slots:
            directory, _, _, flags = struct.unpack_from(">IIII", blob, offset)
            if kind == 0 and directory == _DIRECTORY and flags & _AD_HOC:
                return "ad hoc"
        return "yes" if any(kind == _CMS for kind, _ in slots) else "ad hoc"
    except struct.error:
        return "no"
