"""Disk images of macOS (UDIF): a file system in compressed pieces, and a table of these.

The pieces come first, then the table in a property list, then a block that tells where both are.
Apple has no document of this either; what is here is what others have found out.
"""

from __future__ import annotations

import plistlib
import struct
import zlib
from pathlib import Path
from typing import IO

_SECTOR = 512
# As much as macOS asks for at once, and room for pieces that don't get smaller.
_PIECE, _BUFFER = 512 * _SECTOR, 520
_ZLIB, _END = 0x80000005, 0xFFFFFFFF
_CRC = 2
_RUN = struct.Struct(">IIQQQQ")
_NAME = "whole disk (Apple_HFS : 0)"


def write_udif(image: Path, out: IO[bytes]) -> None:
    """The image of a file system, whose size is a multiple of 512, as one partition."""
    runs, sector, at, crc, packed_crc = [], 0, 0, 0, 0
    with image.open("rb") as stream:
        while piece := stream.read(_PIECE):
            packed, count = zlib.compress(piece, 6), len(piece) // _SECTOR
            out.write(packed)
            runs.append(_RUN.pack(_ZLIB, 0, sector, count, at, len(packed)))
            crc, packed_crc = zlib.crc32(piece, crc), zlib.crc32(packed, packed_crc)
            sector, at = sector + count, at + len(packed)
    runs.append(_RUN.pack(_END, 0, sector, 0, at, 0))
    table = _table(runs, sector, crc)
    out.write(table)
    every = zlib.crc32(struct.pack(">I", crc))
    out.write(_trailer(at, packed_crc, len(table), every, sector))


def _checksum(crc: int) -> bytes:
    return struct.pack(">III", _CRC, 32, crc) + bytes(124)


def _table(runs: list[bytes], sectors: int, crc: int) -> bytes:
    head = struct.pack(">4sIQQQIII", b"mish", 1, 0, sectors, 0, _BUFFER, 0, 0)
    data = head + bytes(20) + _checksum(crc) + struct.pack(">I", len(runs)) + b"".join(runs)
    partition = {"Attributes": "0x0050", "CFName": _NAME, "Data": data, "ID": "0", "Name": _NAME}
    return plistlib.dumps({"resource-fork": {"blkx": [partition], "plst": []}})


def _trailer(size: int, crc: int, table: int, every: int, sectors: int) -> bytes:
    """The last 512 bytes: of pieces from the start, in one segment, a table behind them."""
    head = struct.pack(">4sIII5QII", b"koly", 4, 512, 1, 0, 0, size, 0, 0, 1, 1) + bytes(16)
    places = struct.pack(">QQ", size, table) + bytes(120)
    return head + _checksum(crc) + places + _checksum(every) + struct.pack(">IQ12x", 1, sectors)
