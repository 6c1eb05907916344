"""Digests of files, remembered by signature, so that an unchanged build reads no source.

Two kinds of memory, both of sealed files: one list of loose files per project, and per source tree
a list of its files and a summary that spares reading the list. Several processes may write the
same: the last one wins, and a loss costs a second reading of some files. Writing may fail without
harm.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path

from oxidize.executor.files import hash_file
from oxidize.executor.sealed import read_sealed, write_sealed
from oxidize.executor.walk import Found, state_of
from oxidize.graph.action import SourceTree
from oxidize.graph.digest import Digest
from oxidize.graph.tree import Tree, TreeEntry
from oxidize.signature import Signature, settled

# A file as it was when its bytes were read: its signature and their hash.
_Row = tuple[Signature, str]

# Loose files that no longer take part are forgotten when there are this many.
_MANY = 200_000


class FileCache:
    """Digests by path and signature; `scope` (the project) names the list of loose files.

    A `frozen` one writes nothing.
    """

    def __init__(self, folder: Path, scope: str = "", *, frozen: bool = False) -> None:
        self._folder = folder
        self._frozen = frozen
        self._loose_path = folder / f"{_name(scope)}.files"
        self._old: dict[str, _Row] | None = None
        self._new: dict[str, _Row] = {}

    def file(self, path: str, signature: Signature) -> Digest:
        """The digest of a file whose signature is this. Raises OSError."""
        if self._old is None:
            self._old = _read_rows(self._loose_path)
        row = self._new.get(path) or self._old.get(path)
        if row and row[0] == signature:
            return Digest(row[1], signature[0])
        trusted = settled(signature)
        digest = hash_file(path)
        if trusted:
            self.remember(path, signature, digest)
        return digest

    def remember(self, path: str, signature: Signature, digest: Digest) -> None:
        """Notes a digest that is known for sure to belong to the signature."""
        if digest.size == signature[0]:
            self._new[path] = (signature, digest.hash)

    def save(self) -> None:
        """Writes what was learned about loose files; without effect on a read-only disk."""
        if not self._new:
            return
        rows = self._new if len(self._old or ()) > _MANY else {**(self._old or {}), **self._new}
        self._old, self._new = rows, {}
        self._write(self._loose_path, _encode(rows))

    def tree(self, source: SourceTree, found: list[Found]) -> Digest:
        """The digest of a source tree that was just walked. Raises OSError."""
        summary = self._tree_path(source, "summary")
        state = state_of(found)
        if known := read_sealed(summary):
            old_state, _, digest = known.decode().partition(" ")
            if old_state == state:
                return Digest.parse(digest)
        tree, trusted = self._read_tree(source, found)
        if trusted:
            self._write(summary, f"{state} {tree.digest}".encode())
        return tree.digest

    def listed_tree(self, source: SourceTree, found: list[Found]) -> Tree:
        """The same source tree with the digests of all its files. Raises OSError."""
        return self._read_tree(source, found)[0]

    def _read_tree(self, source: SourceTree, found: list[Found]) -> tuple[Tree, bool]:
        path = self._tree_path(source, "files")
        old = _read_rows(path)
        new: dict[str, _Row] = {}
        entries = []
        for file in found:
            row = old.get(file.path)
            if row is None or row[0] != file.signature:
                trusted = settled(file.signature)
                row = (file.signature, hash_file(file.real).hash)
                if trusted:
                    new[file.path] = row
            else:
                new[file.path] = row
            digest = Digest(row[1], file.signature[0])
            entries.append(TreeEntry(file.path, digest, file.executable))
        if new != old:
            self._write(path, _encode(new))
        return Tree.of(entries), len(new) == len(found)

    def _write(self, path: Path, payload: bytes) -> None:
        if not self._frozen:
            with contextlib.suppress(OSError):
                write_sealed(path, payload)

    def _tree_path(self, source: SourceTree, suffix: str) -> Path:
        selection = repr((source.path, source.include, source.exclude))
        return self._folder / f"{_name(selection)}.{suffix}"


def _name(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:32]


def _read_rows(path: Path) -> dict[str, _Row]:
    payload = read_sealed(path)
    if payload is None:
        return {}
    return {name: (tuple(row[:5]), row[5]) for name, *row in json.loads(payload)}


def _encode(rows: dict[str, _Row]) -> bytes:
    table = [(name, *signature, hash_) for name, (signature, hash_) in rows.items()]
    return json.dumps(table, separators=(",", ":")).encode()
