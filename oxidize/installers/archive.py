"""Archives (tar.gz, tar.zst, zip) whose bytes are reproducible: sorted, one stamp, no owners."""

from __future__ import annotations

import gzip
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

from attrs import frozen

# 1980-01-01, the earliest that a zip file can say.
STAMP = 315532800
_ZIP_STAMP = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_LEVEL = 6
_ZSTD_LEVEL = 10


@frozen(order=True)
class Member:
    """A file of an archive: its path inside, where its content is, whether it is a program."""

    path: str
    file: Path
    executable: bool

    @property
    def mode(self) -> int:
        """Permissions."""
        return 0o755 if self.executable else 0o644


@frozen
class Link:
    """A symbolic link of an archive, and what it leads to."""

    path: str
    target: str


def write_tar_gz(members: Sequence[Member], out: IO[bytes]) -> None:
    """A gzipped ustar archive; the gzip header has neither name nor time."""
    with (
        gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=out, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for member in sorted(members):
            _add(archive, member)


def write_tar_zst(
    members: Sequence[Member], out: IO[bytes], links: Sequence[Link] = (), *, first: str = ""
) -> None:
    """A tar archive that zstandard packed, links after the files; one file may be the first."""
    import zstandard

    with (
        zstandard.ZstdCompressor(level=_ZSTD_LEVEL).stream_writer(out, closefd=False) as packed,
        tarfile.open(
            fileobj=cast(IO[bytes], packed), mode="w|", format=tarfile.PAX_FORMAT
        ) as archive,
    ):
        for member in sorted(members, key=lambda member: (member.path != first, member)):
            _add(archive, member)
        for link in links:
            info = tarfile.TarInfo(link.path)
            info.type, info.linkname, info.mtime = tarfile.SYMTYPE, link.target, STAMP
            archive.addfile(info)


def _add(archive: tarfile.TarFile, member: Member) -> None:
    info = tarfile.TarInfo(member.path)
    info.size = member.file.stat().st_size
    info.mode = member.mode
    info.mtime = STAMP
    with member.file.open("rb") as stream:
        archive.addfile(info, stream)


def write_zip(members: Sequence[Member], out: IO[bytes]) -> None:
    """A zip archive whose entries keep the executable bit."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for member in sorted(members):
            info = zip_entry(member.path, member.mode, member.file.stat().st_size)
            with member.file.open("rb") as stream, archive.open(info, "w") as target:
                shutil.copyfileobj(stream, target, 1 << 20)


def zip_entry(path: str, mode: int, size: int) -> zipfile.ZipInfo:
    """A file's row in a zip archive; `size` in bytes, on which the row's form depends."""
    info = zipfile.ZipInfo(path, _ZIP_STAMP)
    info.create_system = _UNIX
    info.external_attr = (stat.S_IFREG | mode) << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    info.file_size = size
    return info


WRITERS = {"tar.gz": write_tar_gz, "tar.zst": write_tar_zst, "zip": write_zip}
