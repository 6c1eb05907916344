"""The layout of a container: the numbers of docs/container-format.md, for writer and reader."""

from __future__ import annotations

import struct
from enum import IntEnum, IntFlag

MAGIC = b"OXIDIZE\0"
VERSION = 2
NONE = 0xFFFFFFFF
ALIGNMENT = 16

HEADER = struct.Struct("<8sIIQQ32s")
SECTION = struct.Struct("<IIQQ")
BLOB = struct.Struct("<QQQII")
MODULE = struct.Struct("<16I")
FILE = struct.Struct("<10I")
SLOT = struct.Struct("<II")
INDEX = struct.Struct("<I")


class Section(IntEnum):
    """Kinds of sections."""

    STRINGS = 1
    BLOBS = 2
    MODULES = 3
    MODULE_HASH = 4
    FILES = 5
    FILE_HASH = 6
    LIBRARIES = 7
    CONFIG = 8
    DATA = 9


class ModuleFlag(IntFlag):
    """Flags of a MODULES row."""

    PACKAGE = 1
    NAMESPACE = 2
    EXTENSION = 4
    STANDARD_LIBRARY = 8
    NAMES_FILE = 16
    EXTRACT = 32
    CALLS_FILE = 64


class FileFlag(IntFlag):
    """Flags of a FILES row."""

    EXECUTABLE = 1
    SHARED_LIBRARY = 2
    LICENCE = 4
    PREFER_SYSTEM = 8
    EXTRACT = 16


class Codec(IntEnum):
    """How a blob's bytes are stored."""

    STORED = 0
    ZLIB = 1


def hash_name(name: bytes) -> int:
    """32-bit FNV-1a."""
    value = 0x811C9DC5
    for byte in name:
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def align(offset: int, alignment: int = ALIGNMENT) -> int:
    """The next multiple of `alignment`."""
    return -(-offset // alignment) * alignment
