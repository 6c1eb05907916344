"""A bill of materials (BOM): what a package of macOS installs, as its receipt keeps it.

The file is a store of numbered blocks with names for some of them. `Paths` names a tree, sorted by
folder and name, whose leaves refer to two blocks for each path: its name with its folder's number,
and a description. There is no document of Apple's; what is here is what its tools write, as
others have found out.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import IO

from oxidize.installers.archive import STAMP
from oxidize.installers.payload import Entry

_HEAD = 512
_PER_LEAF = 256
_KINDS = {stat.S_IFREG: 1, stat.S_IFDIR: 2, stat.S_IFLNK: 3}
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_Pair = tuple[int, int]


def checksum(stream: IO[bytes]) -> int:
    """POSIX's cksum: a CRC-32 whose bits run the other way than zlib's, over the content and its
    length."""
    size, crc = 0, 0xFFFFFFFF
    while chunk := stream.read(1 << 20):
        size += len(chunk)
        crc = zlib.crc32(chunk.translate(_REVERSED), crc)
    length = size.to_bytes((size.bit_length() + 7) // 8, "little")
    return int(f"{zlib.crc32(length.translate(_REVERSED), crc):032b}"[::-1], 2)


class _Store:
    """Blocks, numbered from 1, and names of some."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = [b""]
        self.names: dict[str, int] = {}

    def add(self, block: bytes) -> int:
        self.blocks.append(block)
        return len(self.blocks) - 1

    def tree(self, pairs: Sequence[_Pair], block: int = 4096) -> int:
        """Of pairs of a value and its key, sorted by key."""
        leaves = [pairs[at : at + _PER_LEAF] for at in range(0, len(pairs), _PER_LEAF)] or [()]
        first = len(self.blocks)
        for number, leaf in enumerate(leaves):
            after = first + number + 1 if number + 1 < len(leaves) else 0
            before = first + number - 1 if number else 0
            self.add(struct.pack(">HHII", 1, len(leaf), after, before) + _packed(leaf))
        root = first
        if len(leaves) > 1:
            below = [(first + number, leaf[-1][1]) for number, leaf in enumerate(leaves)]
            root = self.add(struct.pack(">HHII", 0, len(below), 0, 0) + _packed(below))
        return self.add(struct.pack(">4sIIIIB", b"tree", 1, root, block, len(pairs), 0))

    def content(self) -> bytes:
        """The file: a head, the names, the blocks, and where these are."""
        names = struct.pack(">I", len(self.names)) + b"".join(
            struct.pack(">IB", block, len(name)) + name.encode()
            for name, block in self.names.items()
        )
        places, at = [(0, 0)], _HEAD + len(names)
        for block in self.blocks[1:]:
            places.append((at, len(block)))
            at += len(block)
        # Followed by a list of what is free: nothing, and two places for more.
        index = struct.pack(">I", len(places)) + _packed(places) + struct.pack(">5I", 0, 0, 0, 0, 0)
        head = struct.pack(
            ">8s6I", b"BOMStore", 1, len(places) - 1, at, len(index), _HEAD, len(names)
        )
        return b"".join([head.ljust(_HEAD, b"\0"), names, *self.blocks, index])


def _packed(pairs: Sequence[_Pair]) -> bytes:
    return b"".join(struct.pack(">II", *pair) for pair in pairs)


def bom(found: Sequence[Entry]) -> bytes:
    """The BOM of what is installed."""
    store = _Store()
    store.names["BomInfo"] = store.add(struct.pack(">3I4I", 1, len(found) + 1, 1, 0, 0, 0, 0))
    store.names["Paths"] = store.tree(list(_paths(store, found)))
    # Links of the hard kind, views, and sizes of 4 GiB and more, of which there are none.
    store.names["HLIndex"] = store.tree(())
    store.names["VIndex"] = store.add(struct.pack(">IIIB", 1, store.tree((), 128), 0, 0))
    store.names["Size64"] = store.tree(())
    return store.content()


def _paths(store: _Store, found: Sequence[Entry]) -> Iterator[_Pair]:
    numbers = {entry.path: number for number, entry in enumerate(found, 1)}
    keyed = []
    for entry in found:
        folder, _, name = entry.path.rpartition("/")
        keyed.append((numbers.get(folder, 0), name.encode(), entry))
    for parent, key, entry in sorted(keyed):
        described = store.add(_described(entry))
        value = store.add(struct.pack(">II", numbers[entry.path], described))
        yield value, store.add(struct.pack(">I", parent) + key + b"\0")


def _described(entry: Entry) -> bytes:
    kind = stat.S_IFMT(entry.mode)
    with entry.open() as stream:
        sum_ = 0 if kind == stat.S_IFDIR else checksum(stream)
    link = entry.target.encode() + b"\0" if entry.target else b""
    # What it is, for which machines (3 is any), its mode; whose, since when, how large.
    what = struct.pack(">BBHH", _KINDS[kind], 1, 3, entry.mode)
    return what + struct.pack(">4IBII", 0, 0, STAMP, entry.size, 1, sum_, len(link)) + link
