"""Archives for tests, honest ones and others."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import zstandard

from oxidize.fetch.download import Remote


def tar(
    files: Mapping[str, str], *more: tarfile.TarInfo | tuple[str, str], mode: int = 0o640
) -> bytes:
    """A tar of these files, then of entries without content and further files, in that order."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for each in (*files.items(), *more):
            if isinstance(each, tarfile.TarInfo):
                archive.addfile(each)
                continue
            info = tarfile.TarInfo(each[0])
            info.size, info.mode = len(each[1].encode()), mode
            archive.addfile(info, io.BytesIO(each[1].encode()))
    return buffer.getvalue()


def entry(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """An entry of a tar without content."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def zipped(files: Mapping[str, str], *, attributes: int = 0) -> bytes:
    """A zip of these files, with these external attributes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = attributes << 16
            archive.writestr(info, text)
    return buffer.getvalue()


PACKED: dict[str, Callable[[Mapping[str, str]], bytes]] = {
    "tar.gz": lambda files: gzip.compress(tar(files)),
    "tar.xz": lambda files: lzma.compress(tar(files)),
    "tar.bz2": lambda files: bz2.compress(tar(files)),
    "tar.zst": lambda files: zstandard.compress(tar(files)),
    "zip": zipped,
}


def library(path: Path, files: Mapping[str, str], *more: tarfile.TarInfo) -> Remote:
    """Writes a .tar.gz; as something that is pinned, on this machine."""
    data = gzip.compress(tar(files, *more))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return Remote(path.as_uri(), hashlib.sha256(data).hexdigest())
