"""Source files and trees as a build sees them: each is looked at once, and again after use."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from oxidize.errors import ActionError, Diagnostic
from oxidize.executor.filecache import FileCache
from oxidize.executor.files import hash_file
from oxidize.executor.walk import FolderLoop, Found, LinkOutside, walk
from oxidize.graph.action import Source, SourceFile, SourceTree
from oxidize.graph.digest import Digest
from oxidize.graph.tree import Tree
from oxidize.signature import Signature, settled, signature_of

_SKIP = frozenset({"__pycache__"})


@frozen
class SeenFile:
    """A source file as it was when the build looked.

    `settled`: whether the signature alone can tell a later change.
    """

    name: str
    executable: bool
    signature: Signature
    settled: bool
    digest: Digest

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self.name)

    def changed(self) -> str | None:
        """The path, if the file isn't any more what it was."""
        try:
            same = signature_of(self.path.stat()) == self.signature
            same = same and (self.settled or hash_file(self.path) == self.digest)
        except OSError:
            same = False
        return None if same else str(self.path)


@frozen
class SeenTree:
    """A source tree as it was when the build looked; `settled` as for a file, for all of them."""

    source: SourceTree
    found: list[Found]
    settled: bool
    digest: Digest
    files: FileCache

    def changed(self) -> str | None:
        """The path of a file that isn't any more what it was, if there is one."""
        try:
            now = walk_source(self.source)
        except (OSError, FolderLoop, LinkOutside):
            return self.source.path
        if now != self.found:
            return min(file.real for file in set(now) ^ set(self.found))
        if self.settled or self.files.listed_tree(self.source, now).digest == self.digest:
            return None
        return self.source.path

    def paths(self) -> Mapping[str, Path]:
        """Relative path -> the file, sorted."""
        return {file.path: Path(file.real) for file in self.found}

    def executables(self) -> frozenset[str]:
        """The relative paths of those that are executable."""
        return frozenset(file.path for file in self.found if file.executable)

    def tree(self) -> Tree:
        """All files with their digests. Raises OSError."""
        return self.files.listed_tree(self.source, self.found)


Seen = SeenFile | SeenTree


class Sources:
    """The sources of one build."""

    def __init__(self, files: FileCache) -> None:
        self._files = files
        self.seen: dict[Source, Seen] = {}

    def look(self, source: Source) -> Seen:
        """What that source is; the same answer throughout a build. Raises ActionError."""
        seen = self.seen.get(source)
        if seen is None:
            try:
                seen = self._look(source)
            except OSError as error:
                raise _unreadable(error, source.path) from error
            except FolderLoop as loop:
                raise _endless(str(loop)) from loop
            except LinkOutside as link:
                raise _outside(str(link), source) from link
            self.seen[source] = seen
        return seen

    def _look(self, source: Source) -> Seen:
        if isinstance(source, SourceFile):
            status = os.stat(source.path)  # noqa: PTH116 (hot)
            signature = signature_of(status)
            safe = settled(signature)
            digest = self._files.file(source.path, signature)
            executable = bool(status.st_mode & stat.S_IXUSR)
            return SeenFile(source.path, executable, signature, safe, digest)
        found = walk_source(source)
        safe = settled(max((file.signature for file in found), key=lambda s: s[2], default=_NEVER))
        return SeenTree(source, found, safe, self._files.tree(source, found), self._files)


_NEVER: Signature = (0, 0, 0, 0, 0)


def walk_source(source: SourceTree) -> list[Found]:
    """The files of a source tree. Raises what `walk` does."""
    return walk(source.path, source.include, source.exclude, _SKIP, source.within)


def _unreadable(error: OSError, path: str) -> ActionError:
    where = error.filename or path
    if isinstance(error, FileNotFoundError):
        return ActionError(Diagnostic("OX0403", f"there is no file or folder {where}"))
    return ActionError(Diagnostic("OX0404", f"can't read {where}: {error.strerror or error}"))


def _endless(link: str) -> ActionError:
    return ActionError(
        Diagnostic(
            "OX0405",
            f"the symbolic link {link} leads to a folder that contains it",
            help="remove the link, or exclude it from the tree",
        )
    )


def _outside(link: str, source: Source) -> ActionError:
    within = source.within if isinstance(source, SourceTree) else ""
    return ActionError(
        Diagnostic(
            "OX0121",
            f"the symbolic link {link} leads out of {within}",
            notes=("what a library is handed, and its own files, end there",),
            help="put what it leads to in its place, or hand in a folder that holds both",
        )
    )
