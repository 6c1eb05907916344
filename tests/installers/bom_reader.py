"""Bills of materials, read by what others have found out of the format: by names, down the tree's
first branch and along its leaves."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from attrs import frozen


@frozen
class Listed:
    """What one says of a path."""

    mode: int
    size: int
    checksum: int
    target: str


class Bom:
    """A whole file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        magic, version, count, at, length, names, size = struct.unpack_from(">8s6I", data)
        assert (magic, version) == (b"BOMStore", 1)
        assert at + length == len(data)
        (pointers,) = struct.unpack_from(">I", data, at)
        self._places = [struct.unpack_from(">II", data, at + 4 + 8 * n) for n in range(pointers)]
        assert self._places[0] == (0, 0)
        assert count == len(self._places) - 1
        self.names = dict(self._names(data[names : names + size]))

    @staticmethod
    def _names(data: bytes) -> Iterator[tuple[str, int]]:
        (count,), at = struct.unpack_from(">I", data), 4
        for _ in range(count):
            block, length = struct.unpack_from(">IB", data, at)
            yield data[at + 5 : at + 5 + length].decode(), block
            at += 5 + length
        assert at == len(data)

    def block(self, number: int) -> bytes:
        at, length = self._places[number]
        return self._data[at : at + length]

    def leaves(self, name: str) -> list[list[tuple[int, int]]]:
        """The pairs of a tree, leaf by leaf; its root, if there is one, names the same."""
        magic, _, child, _, count, _ = struct.unpack(">4sIIIIB", self.block(self.names[name]))
        assert magic == b"tree"
        leaf, root = self.block(child), None
        if not struct.unpack_from(">H", leaf)[0]:
            root = self._pairs(leaf)
            leaf = self.block(root[0][0])
        found, before = [self._pairs(leaf)], 0
        while after := struct.unpack_from(">I", leaf, 4)[0]:
            leaf = self.block(after)
            assert struct.unpack_from(">I", leaf, 8)[0] == (root or [])[before][0]
            before += 1
            found.append(self._pairs(leaf))
        assert sum(map(len, found)) == count
        if root:
            assert [key for _, key in root] == [pairs[-1][1] for pairs in found]
        return found

    @staticmethod
    def _pairs(node: bytes) -> list[tuple[int, int]]:
        (count,) = struct.unpack_from(">H", node, 2)
        assert len(node) == 12 + 8 * count
        return [struct.unpack_from(">II", node, 12 + 8 * number) for number in range(count)]

    def paths(self) -> dict[str, Listed]:
        """All that it lists. A folder comes before what is in it."""
        known, found, keys = {0: ""}, {}, []
        for value, key in [pair for leaf in self.leaves("Paths") for pair in leaf]:
            number, described = struct.unpack(">II", self.block(value))
            (parent,) = struct.unpack_from(">I", self.block(key))
            name = self.block(key)[4:].removesuffix(b"\0")
            keys.append((parent, name))
            known[number] = f"{known[parent]}/{name.decode()}".lstrip("/")
            found[known[number]] = self._listed(self.block(described))
        assert keys == sorted(keys)
        return found

    @staticmethod
    def _listed(data: bytes) -> Listed:
        fields = struct.unpack_from(">BBHHIIIIBII", data)
        assert len(data) == 31 + fields[-1]
        return Listed(fields[3], fields[7], fields[9], data[31:].removesuffix(b"\0").decode())
