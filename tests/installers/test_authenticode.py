"""Signatures for Windows: what of them would be different each time."""

from __future__ import annotations

import zipfile
from pathlib import Path

from oxidize.installers.authenticode import pin_time

SIGNATURE = "AppxSignature.p7x"


def signed(path: Path, second: int) -> Path:
    """A package as osslsigncode leaves it, whose signature was made in that second. Its content has
    the name of the signature's file, too."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("notes.txt"), f"{SIGNATURE} in a text")
        archive.writestr(zipfile.ZipInfo(SIGNATURE, (2026, 3, 4, 5, 6, second)), "signature")
    return path


def test_time(tmp_path: Path) -> None:
    """A package that is signed again later has the same bytes, and all that was in it."""
    first, second = signed(tmp_path / "1.msix", 2), signed(tmp_path / "2.msix", 44)
    assert first.read_bytes() != second.read_bytes()
    for each in (first, second):
        pin_time(each)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        assert archive.read("notes.txt") == f"{SIGNATURE} in a text".encode()
        assert archive.getinfo(SIGNATURE).date_time == (1980, 1, 1, 0, 0, 0)
