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
from packaging.version import Version

from oxidize.installers.archive import WRITERS, Member
from oxidize.installers.wheel import WheelDescription, WheelName, write_wheel


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


@pytest.mark.parametrize("kind", ["zip", "wheel"])
def test_large_file(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A zip and a wheel take a file of 4 GiB and more, in the form that such sizes need; here,
    they begin at a megabyte."""
    large = tmp_path / "large"
    large.write_bytes(bytes(3 << 20))
    out = io.BytesIO()
    with monkeypatch.context() as smaller:
        smaller.setattr(zipfile, "ZIP64_LIMIT", 1 << 20)
        if kind == "zip":
            WRITERS["zip"]([Member("large", large, False)], out)
        else:
            name = WheelName("large", Version("1.0"), "win_amd64")
            write_wheel(WheelDescription(name, "Large"), [Member("large", large, False)], out)
    with zipfile.ZipFile(out) as opened:
        (row,) = (each for each in opened.infolist() if each.filename.endswith("large"))
        assert row.extract_version == zipfile.ZIP64_VERSION
        assert opened.read(row) == bytes(3 << 20)
