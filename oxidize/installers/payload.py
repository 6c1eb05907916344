"""The payload of a macOS package: what is installed, as an archive of cpio's old portable form."""

from __future__ import annotations

import gzip
import shutil
import stat
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import IO

from attrs import frozen

from oxidize.installers.archive import STAMP, Member

_LEVEL = 6
# A field has eleven octal digits for the size; a BOM has less, 32 bits.
LARGEST = (1 << 32) - 1


class TooLarge(ValueError):
    """The message names a file that a package has no room for."""


@frozen(order=True)
class Entry:
    """What is installed at a path that starts with ".": a folder, a file, or a link's target."""

    path: str
    mode: int
    """Its kind, and permissions."""
    size: int
    file: Path | None = None
    target: str = ""

    def open(self) -> IO[bytes]:
        """What it holds: of a link, the target."""
        return self.file.open("rb") if self.file else BytesIO(self.target.encode())


def entries(members: Iterable[Member], links: Mapping[str, str]) -> list[Entry]:
    """Files and links by paths below where they are installed, with all folders that they are in.
    Raises TooLarge."""
    found = [_file(each) for each in members]
    found += [
        Entry(f"./{path}", stat.S_IFLNK | 0o755, len(target.encode()), target=target)
        for path, target in links.items()
    ]
    folders = {folder for each in found for folder in _folders(each.path)}
    found += [Entry(path, stat.S_IFDIR | 0o755, 0) for path in folders]
    return sorted(found)


def _file(member: Member) -> Entry:
    size = member.file.stat().st_size
    if size > LARGEST:
        raise TooLarge(f"{member.path} has 4 GiB or more")
    return Entry(f"./{member.path}", stat.S_IFREG | member.mode, size, member.file)


def _folders(path: str) -> Iterable[str]:
    while path != ".":
        path = path.rpartition("/")[0]
        yield path


def write_payload(found: Iterable[Entry], out: IO[bytes]) -> None:
    """All belongs to root; of folders, permissions are those that they are made with."""
    with gzip.GzipFile("", "wb", _LEVEL, out, mtime=0) as packed:
        for number, entry in enumerate(found, 1):
            packed.write(_head(number, entry.path, entry.mode, entry.size))
            with entry.open() as stream:
                shutil.copyfileobj(stream, packed, 1 << 20)
        packed.write(_head(0, "TRAILER!!!", 0, 0))


def _head(number: int, path: str, mode: int, size: int) -> bytes:
    name = path.encode() + b"\0"
    # Device, inode, mode, owner, group, links, device of a device.
    fields = (0, number & 0o777777, mode, 0, 0, 1, 0)
    short = "".join(f"{each:06o}" for each in fields)
    return f"070707{short}{STAMP:011o}{len(name):06o}{size:011o}".encode() + name
