"""Archives: what is in them, and that their bytes depend on nothing else."""

from __future__ import annotations

import io
import os
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard

from oxidize.installers.archive import WRITERS, Member


def archive(format_: str, folder: Path, *, turned: bool = False) -> bytes:
    folder.mkdir()
    (folder / "program").write_bytes(b"\x7fELF program")
    (folder / "notes").write_text("grüße\n")
    members = [
        Member("app/program", folder / "program", True),
        Member("app/nötes.txt", folder / "notes", False),
    ]
    out = io.BytesIO()
    WRITERS[format_](members[::-1] if turned else members, out)
    return out.getvalue()


@pytest.mark.parametrize("format_", sorted(WRITERS))
def test_reproducible(format_: str, tmp_path: Path) -> None:
    """The same files give the same bytes: from another folder, in another order, at another
    time, with other modes."""
    first = archive(format_, tmp_path / "one")
    (tmp_path / "one" / "program").chmod(0o600)
    os.utime(tmp_path / "one" / "program", (1, 1))
    assert archive(format_, tmp_path / "two", turned=True) == first


@pytest.mark.parametrize("format_", ["tar.gz", "tar.zst"])
def test_tar(format_: str, tmp_path: Path) -> None:
    """A tar has sorted names, plain modes, one time and no owner."""
    data = archive(format_, tmp_path / "a")
    if format_ == "tar.zst":
        data = zstandard.ZstdDecompressor().stream_reader(data).read()
    with tarfile.open(fileobj=io.BytesIO(data)) as opened:
        rows = [(m.name, m.mode, m.uid, m.uname, m.mtime) for m in opened.getmembers()]
        assert rows == [
            ("app/nötes.txt", 0o644, 0, "", 315532800),
            ("app/program", 0o755, 0, "", 315532800),
        ]
        stream = opened.extractfile("app/nötes.txt")
        assert stream is not None
        assert stream.read().decode() == "grüße\n"


def test_zip(tmp_path: Path) -> None:
    """A zip keeps the executable bit and UTF-8 names."""
    with zipfile.ZipFile(io.BytesIO(archive("zip", tmp_path / "a"))) as opened:
        modes = {i.filename: stat.S_IMODE(i.external_attr >> 16) for i in opened.infolist()}
        assert modes == {"app/nötes.txt": 0o644, "app/program": 0o755}
        assert opened.testzip() is None
