"""Unpacking of archives that nobody has looked at: all that is in them stays in one folder."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import os
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Literal, cast

from attrs import define, field, frozen

MOST_ENTRIES = 100_000
MOST_BYTES = 1 << 30

_CHUNK = 1 << 16
_GZIP, _ZSTANDARD, _ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
_XZ, _BZIP2 = b"\xfd7zX", b"BZh"
_DAMAGED = (
    tarfile.TarError,
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    # What the standard library's readers trip over, such as names in no encoding.
    ValueError,
    IndexError,
)
_BAD_NAME = re.compile(r"[\x00-\x1f\x7f\\]")


class BadArchive(Exception):
    """The archive is damaged, of an unknown format, or holds what it mustn't."""


@frozen
class _Member:
    """One entry. `target` is what a link leads to; a hard link names another entry."""

    name: str
    kind: Literal["file", "folder", "link", "hard link", "other"]
    executable: bool = False
    target: str = ""
    open: Callable[[], IO[bytes]] = io.BytesIO


def unpack(
    archive: Path,
    folder: Path,
    *,
    most_bytes: int = MOST_BYTES,
    most_entries: int = MOST_ENTRIES,
    wanted: Callable[[str], bool] = lambda path: True,
) -> None:
    """Unpacks a .tar.gz, .tar.xz, .tar.bz2, .tar.zst or .zip into a new folder; what it is, its
    first bytes tell.

    Entries whose path isn't `wanted` are left out. Files are readable by all, writable by their
    owner, and executable or not. Raises BadArchive, leaving an unfinished folder behind, and
    OSError.
    """
    folder.mkdir()
    unpacking = _Unpacking(folder, most_bytes, most_entries)
    try:
        with archive.open("rb") as file:
            for member in _members(file, most_bytes):
                if wanted(PurePosixPath(member.name).as_posix()):
                    unpacking.add(member)
        unpacking.link()
    except _DAMAGED as error:
        raise BadArchive(f"it is damaged: {error}") from error
    except FileExistsError as error:
        name = Path(str(error.filename)).relative_to(folder)
        raise BadArchive(f"{name} is in it twice") from error
    except NotADirectoryError as error:
        raise BadArchive("a file in it is the folder of another one") from error
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise BadArchive("it is damaged: it names a place before its start") from error


def _members(file: IO[bytes], most_bytes: int) -> Iterator[_Member]:
    start = file.read(4)
    file.seek(0)
    if start.startswith(_GZIP):
        return _of_tar(cast(IO[bytes], gzip.GzipFile(fileobj=file)), most_bytes)
    if start == _XZ:
        return _of_tar(lzma.LZMAFile(file), most_bytes)
    if start.startswith(_BZIP2):
        return _of_tar(bz2.BZ2File(file), most_bytes)
    if start == _ZSTANDARD:
        return _of_zstandard(file, most_bytes)
    if start == _ZIP:
        return _of_zip(file)
    raise BadArchive("it is no .tar.gz, .tar.xz, .tar.bz2, .tar.zst or .zip")


def _of_zstandard(file: IO[bytes], most_bytes: int) -> Iterator[_Member]:
    import zstandard

    reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
    try:
        yield from _of_tar(cast(IO[bytes], reader), most_bytes)
    except zstandard.ZstdError as error:
        raise BadArchive(f"it is damaged: {error}") from error


def _of_tar(file: IO[bytes], most_bytes: int) -> Iterator[_Member]:
    # Headers count too: as many bytes again for them are enough for any honest archive.
    bounded = cast(IO[bytes], _Bounded(file, 2 * most_bytes))
    with tarfile.open(fileobj=bounded, mode="r|") as tar:
        for info in tar:
            yield _tar_member(tar, info)


def _tar_member(tar: tarfile.TarFile, info: tarfile.TarInfo) -> _Member:
    if info.isdir():
        return _Member(info.name, "folder")
    if info.issym():
        return _Member(info.name, "link", target=info.linkname)
    if info.islnk():
        return _Member(info.name, "hard link", target=info.linkname)
    if not info.isreg():
        return _Member(info.name, "other")

    def content() -> IO[bytes]:
        file = tar.extractfile(info)
        assert file is not None
        return file

    return _Member(info.name, "file", bool(info.mode & stat.S_IXUSR), open=content)


def _of_zip(file: IO[bytes]) -> Iterator[_Member]:
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            yield _zip_member(archive, info)


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Member:
    mode = info.external_attr >> 16
    if info.flag_bits & 1:
        raise BadArchive(f"{info.filename} is encrypted")
    if info.is_dir():
        return _Member(info.filename, "folder")
    if stat.S_ISLNK(mode):
        if info.file_size > _CHUNK:
            raise BadArchive(f"{info.filename} leads nowhere")
        return _Member(info.filename, "link", target=os.fsdecode(archive.read(info)))
    # Archivers that know no modes leave the type out.
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return _Member(info.filename, "other")
    executable = bool(mode & stat.S_IXUSR)
    return _Member(info.filename, "file", executable, open=lambda: archive.open(info))


@define
class _Unpacking:
    """Writes entries. Links come last, when nothing is written through them any more."""

    folder: Path
    bytes_left: int
    entries_left: int
    _links: list[tuple[Path, str]] = field(factory=list)

    def add(self, member: _Member) -> None:
        """Writes an entry, or notes a link. Raises BadArchive."""
        self.entries_left -= 1
        if self.entries_left < 0:
            raise BadArchive("it has too many entries")
        place = self._place(member.name)
        if member.kind == "other":
            raise BadArchive(f"{member.name} is neither a file nor a folder nor a link")
        if member.kind == "folder":
            place.mkdir(parents=True, exist_ok=True)
            return
        if place == self.folder:
            raise BadArchive(f'"{member.name}" can\'t be the name of a file')
        place.parent.mkdir(parents=True, exist_ok=True)
        if member.kind == "link":
            if not member.target or _BAD_NAME.search(member.target):
                raise BadArchive(f"{member.name} leads nowhere")
            self._links.append((place, member.target))
        elif member.kind == "hard link":
            self._copy(self._place(member.target), place)
        else:
            with member.open() as content:
                self._write(content, place, executable=member.executable)

    def link(self) -> None:
        """Makes the links. Raises BadArchive if one leads out."""
        for place, target in self._links:
            if os.path.lexists(place):
                raise BadArchive(f"{place.relative_to(self.folder)} is in it twice")
            place.symlink_to(target)
        root = os.path.realpath(self.folder)
        for place, target in self._links:
            real = os.path.realpath(place)
            if real != root and not real.startswith(root + os.sep):
                raise BadArchive(f"{place.relative_to(self.folder)} links to {target}, outside")

    def _place(self, name: str) -> Path:
        path = PurePosixPath(name)
        outside = path.is_absolute() or ".." in path.parts
        if outside or _BAD_NAME.search(name) or (os.name == "nt" and ":" in name):
            raise BadArchive(f"{name!r} is no path in a folder")
        return self.folder / path

    def _copy(self, source: Path, place: Path) -> None:
        if not source.is_file():
            name = place.relative_to(self.folder)
            raise BadArchive(f"{name} links to what is left out, or isn't before it")
        with source.open("rb") as content:
            self._write(content, place, executable=os.access(source, os.X_OK))

    def _write(self, content: IO[bytes], place: Path, *, executable: bool) -> None:
        with place.open("xb") as file:
            while data := content.read(_CHUNK):
                self.bytes_left -= len(data)
                if self.bytes_left < 0:
                    raise BadArchive("it is too large, unpacked")
                file.write(data)
        place.chmod(0o755 if executable else 0o644)


@define
class _Bounded:
    """The start of a stream; there is no honest reason to read on."""

    file: IO[bytes]
    left: int

    def read(self, size: int) -> bytes:
        """Like a file's. Raises BadArchive at the end of the bounds."""
        data = self.file.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise BadArchive("it is too large, unpacked")
        return data
