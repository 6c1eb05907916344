"""The content-addressed store: files by sha256, and trees as the bytes of `Tree.encode`.

Entries are read-only and have no executable bit; whoever copies one out gives the bit. They are
renamed into place, so readers never see a part. They aren't fsynced (3,000 small files would cost
seconds): each entry is checked against its name before its content is used, so what a power cut
or a bad disk spoils is noticed, dropped and built again.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oxidize.executor.files import (
    copy_content,
    copy_file,
    hash_file,
    remove_quietly,
    temporary_beside,
)
from oxidize.executor.problems import disk_errors
from oxidize.executor.walk import walk
from oxidize.graph.digest import Digest
from oxidize.graph.tree import Tree, TreeEntry


class Lost(Exception):
    """An entry that was said to be there is missing or damaged; it has been dropped."""


class Store:
    """Blobs and trees below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.contents = folder / "blobs"
        self._blobs = str(self.contents)
        # What this process has written or checked already: once is enough.
        self._sound: set[str] = set()

    def path(self, digest: Digest) -> Path:
        """Where that entry's content is or would be."""
        return Path(self._name(digest))

    def _name(self, digest: Digest) -> str:
        return f"{self._blobs}/{digest.hash[:2]}/{digest.hash[2:]}"

    def has(self, digest: Digest) -> bool:
        """Whether an entry of the right size is there."""
        try:
            return os.stat(self._name(digest)).st_size == digest.size  # noqa: PTH116 (hot)
        except OSError:
            return False

    def checked(self, digest: Digest) -> Path:
        """The path of an entry whose content was hashed. Raises Lost."""
        path = self.path(digest)
        if digest.hash in self._sound and self.has(digest):
            return path
        try:
            sound = hash_file(path) == digest
        except OSError:
            sound = False
        if not sound:
            self.drop(digest)
            raise Lost(str(digest))
        self._sound.add(digest.hash)
        return path

    def drop(self, digest: Digest) -> None:
        """Forgets an entry."""
        self._sound.discard(digest.hash)
        with disk_errors(self.folder):
            self.path(digest).unlink(missing_ok=True)

    def read(self, digest: Digest) -> bytes:
        """The content of an entry. Raises Lost."""
        with _vanishing(digest):
            return self.checked(digest).read_bytes()

    def tree(self, digest: Digest) -> Tree:
        """The tree of that digest; its files are not looked at. Raises Lost."""
        return Tree.decode(self.read(digest))

    def checked_tree(self, digest: Digest) -> Tree:
        """The tree of that digest, all of whose files were hashed. Raises Lost."""
        tree = self.tree(digest)
        lost: Lost | None = None
        for entry in tree.entries:
            try:
                self.checked(entry.digest)
            except Lost as error:
                lost = error
        if lost:
            # Whoever made the tree is asked again only if the tree itself is gone.
            self.drop(digest)
            raise lost
        return tree

    def put_bytes(self, data: bytes) -> Digest:
        """Adds bytes."""
        digest = Digest.of(data)
        if digest.hash in self._sound and self.has(digest):
            return digest
        with disk_errors(self.folder):
            temporary = self._temporary(digest)
            try:
                temporary.write_bytes(data)
                self._seal(temporary, digest)
            finally:
                remove_quietly(temporary)
        return digest

    def put_file(self, path: Path, *, move: bool = False) -> Digest:
        """Adds a file: renamed into the store if `move` allows it, else copied."""
        status = path.lstat()
        # A link's content belongs to someone else too.
        alone = status.st_nlink == 1 and stat.S_ISREG(status.st_mode)
        if move and alone:
            with disk_errors(self.folder):
                digest = hash_file(path)
                self._make_room(digest)
                self._seal(path, digest)
            return digest
        return self._copy_in(path)

    def _copy_in(self, path: Path) -> Digest:
        expected = hash_file(path)
        if expected.hash in self._sound and self.has(expected):
            return expected
        with disk_errors(self.folder):
            temporary = self._temporary(expected)
            try:
                copy_file(path, temporary, 0o644)
                digest = hash_file(temporary)  # the original may have changed meanwhile
                self._make_room(digest)
                self._seal(temporary, digest)
            finally:
                remove_quietly(temporary)
        return digest

    def put_tree(self, folder: Path, *, move: bool = False) -> Digest:
        """Adds all files below a folder, links followed, and the tree that lists them."""
        entries = []
        for found in walk(str(folder)):
            digest = self.put_file(Path(found.real), move=move)
            entries.append(TreeEntry(found.path, digest, found.executable))
        return self.put_bytes(Tree.of(entries).encode())

    def _make_room(self, digest: Digest) -> None:
        Path(self._name(digest)).parent.mkdir(parents=True, exist_ok=True)

    def _temporary(self, digest: Digest) -> Path:
        self._make_room(digest)
        return temporary_beside(self.path(digest))

    def _seal(self, path: Path, digest: Digest) -> None:
        # Renaming also over an entry that is there heals it, should it be damaged.
        path.chmod(0o444)
        path.replace(self.path(digest))
        self._sound.add(digest.hash)

    def copy_out(
        self, digest: Digest, destination: Path, *, executable: bool, durable: bool = False
    ) -> None:
        """Replaces `destination` atomically by an independent copy. Raises Lost."""
        with _vanishing(digest):
            source = self.checked(digest).open("rb", buffering=0)
        with source, disk_errors(destination, cache=False):
            destination.parent.mkdir(parents=True, exist_ok=True)
            temporary = temporary_beside(destination)
            try:
                mode = 0o777 if executable else 0o666
                copy_content(source, temporary, mode, durable=durable)
                temporary.replace(destination)
            except OSError as error:
                error.filename = str(destination)  # of the temporary file, nobody knows
                raise
            finally:
                remove_quietly(temporary)


@contextmanager
def _vanishing(digest: Digest) -> Iterator[None]:
    """Raises Lost for an entry that someone removes between the look at it and its use."""
    try:
        yield
    except FileNotFoundError as error:
        raise Lost(str(digest)) from error
