"""Archives (tar.gz, zip) with reproducible bytes: sorted, one stamp, plain modes, no owners."""

from __future__ import annotations

import gzip
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from attrs import frozen

# 1980-01-01, the earliest that a zip file can say.
STAMP = 315532800
_ZIP_STAMP = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_LEVEL = 6


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


def write_tar_gz(members: Sequence[Member], out: IO[bytes]) -> None:
    """A gzipped ustar archive; the gzip header has neither name nor time."""
    with (
        gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=out, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for member in sorted(members):
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
            info = zipfile.ZipInfo(member.path, _ZIP_STAMP)
            info.create_system = _UNIX
            info.external_attr = (stat.S_IFREG | member.mode) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            with member.file.open("rb") as stream, archive.open(info, "w") as target:
                shutil.copyfileobj(stream, target, 1 << 20)


WRITERS = {"tar.gz": write_tar_gz, "zip": write_zip}
