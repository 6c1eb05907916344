"""Disk images of macOS, unpacked by a reader that didn't write them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from oxidize.installers.udif import write_udif
from tests.installers.apple import Apple


@pytest.mark.parametrize("sectors", [1, 512, 2000])
def test_unpacked(tmp_path: Path, apple: Apple, sectors: int) -> None:
    """What is in an image comes out as it was: also what doesn't get smaller, and empty parts."""
    half = sectors * 256
    content = random.Random(1).randbytes(half) + bytes(half)
    (tmp_path / "volume").write_bytes(content)
    with (tmp_path / "image.dmg").open("wb") as out:
        write_udif(tmp_path / "volume", out)
    told = apple.says("packaging.dmg_info", tmp_path / "image.dmg")
    assert told["sector_count"] == sectors
    assert len(told["partitions"]) == 1
    assert apple.gives("packaging.dmg_extract_partition", tmp_path / "image.dmg", 0) == content
