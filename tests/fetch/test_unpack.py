"""Unpacking: what is in an archive stays in its folder, whoever made it."""

from __future__ import annotations

import contextlib
import gzip
import os
import random
import stat
import tarfile
from pathlib import Path

import pytest

from oxidize.fetch.unpack import BadArchive, unpack
from tests.fetch.archives import PACKED, entry, tar, zipped

FILES = {"top.star": "x = 1\n", "a/b/deep.star": "y = 2\n", "./a/dot.star": ""}


def unpacked(tmp_path: Path, data: bytes) -> Path:
    archive = tmp_path / "archive"
    archive.write_bytes(data)
    unpack(archive, tmp_path / "content")
    return tmp_path / "content"


def refused(tmp_path: Path, data: bytes) -> str:
    (tmp_path / "victim").mkdir()
    with pytest.raises(BadArchive) as caught:
        unpacked(tmp_path, data)
    assert list((tmp_path / "victim").iterdir()) == []
    return str(caught.value)


@pytest.mark.parametrize("kind", PACKED)
def test_formats(kind: str, tmp_path: Path) -> None:
    """Each format is recognised by its content and gives the files with their texts."""
    folder = unpacked(tmp_path, PACKED[kind](FILES))
    assert {name: (folder / name).read_text() for name in FILES} == FILES


@pytest.mark.parametrize("mode", [0o640, 0o4777, 0o100])
def test_modes_are_normalised(tmp_path: Path, mode: int) -> None:
    """Of a file's mode, only whether its owner can run it is kept."""
    folder = unpacked(tmp_path, gzip.compress(tar({"a": ""}, mode=mode)))
    wanted = 0o755 if mode & 0o100 else 0o644
    assert stat.S_IMODE((folder / "a").stat().st_mode) == wanted


def test_modes_of_a_zip(tmp_path: Path) -> None:
    """A zip's modes are kept likewise."""
    folder = unpacked(tmp_path, zipped({"a": ""}, attributes=0o100755))
    assert os.access(folder / "a", os.X_OK)


def test_links_inside(tmp_path: Path) -> None:
    """Links that stay inside work: symbolic ones, to what comes later too, and hard ones."""
    links = (
        entry("a/link", tarfile.SYMTYPE, "../b/file"),
        entry("a/folder", tarfile.SYMTYPE, "../b"),
        entry("hard", tarfile.LNKTYPE, "b/file"),
    )
    folder = unpacked(tmp_path, gzip.compress(tar({"b/file": "text"}, *links)))
    for name in ("a/link", "a/folder/file", "hard"):
        assert (folder / name).read_text() == "text"


def test_what_is_wanted(tmp_path: Path) -> None:
    """What is wanted is asked by plain paths, however the archive writes them; a hard link to
    what is left out is refused."""
    data = gzip.compress(tar({"./a//b": "text", "./c": ""}))
    (tmp_path / "archive").write_bytes(data)
    asked: list[str] = []
    unpack(
        tmp_path / "archive",
        tmp_path / "content",
        wanted=lambda path: not asked.append(path) and path == "a/b",  # type: ignore[func-returns-value]
    )
    assert asked == ["a/b", "c"]
    assert [p.name for p in (tmp_path / "content").rglob("*") if p.is_file()] == ["b"]
    linked = gzip.compress(tar({"c": ""}, entry("d", tarfile.LNKTYPE, "c")))
    (tmp_path / "archive").write_bytes(linked)
    with pytest.raises(BadArchive, match="d links to what is left out"):
        unpack(tmp_path / "archive", tmp_path / "other", wanted=lambda path: path == "d")


BAD_NAMES = ["/etc/x", "../victim/x", "a/../../victim/x", "a\\b", "a\nb", "a\x1bb"]


@pytest.mark.parametrize("name", BAD_NAMES)
@pytest.mark.parametrize("kind", PACKED)
def test_names_that_lead_out(kind: str, name: str, tmp_path: Path) -> None:
    """A path out of the folder, or with characters that deceive, refuses the archive."""
    assert "no path in a folder" in refused(tmp_path, PACKED[kind]({name: "x"}))


@pytest.mark.parametrize(
    ("links", "files"),
    [
        ([("out", "../victim")], {}),
        ([("out", "/etc")], {}),
        ([("a/out", "../../victim/new")], {}),
        # Each stays inside alone; together they don't.
        ([("a/b", "../c"), ("d", "a/b/../../../victim")], {"c/d/x": ""}),
        ([("one", "two"), ("two", "../victim")], {}),
    ],
)
def test_links_that_lead_out(
    links: list[tuple[str, str]], files: dict[str, str], tmp_path: Path
) -> None:
    """A symbolic link out of the folder refuses the archive, however it gets there."""
    entries = (entry(name, tarfile.SYMTYPE, target) for name, target in links)
    assert "outside" in refused(tmp_path, gzip.compress(tar(files, *entries)))


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """A link that a later file lies in is made after that file, where it has no place."""
    data = tar({}, entry("out", tarfile.SYMTYPE, "../victim"), ("out/file", "x"))
    assert "twice" in refused(tmp_path, gzip.compress(data))


def test_a_link_in_a_zip(tmp_path: Path) -> None:
    """A zip's links are looked at like a tar's."""
    data = zipped({"out": "../victim"}, attributes=stat.S_IFLNK | 0o777)
    assert "outside" in refused(tmp_path, data)


@pytest.mark.parametrize("target", ["", "a\0b", "a\nb", "x" * 70_000])
def test_a_link_that_leads_nowhere(tmp_path: Path, target: str) -> None:
    """What can't be a path can't be where a link leads, either."""
    data = zipped({"link": target}, attributes=0o120777)
    assert "link leads nowhere" in refused(tmp_path, data)


def test_hard_links_that_lead_out(tmp_path: Path) -> None:
    """A hard link names a file that came before it in the archive, and nothing else."""
    for target in ("/etc/passwd", "../archive", "later"):
        data = gzip.compress(tar({}, entry("hard", tarfile.LNKTYPE, target)))
        place = tmp_path / target.replace("/", "_")
        place.mkdir()
        refused(place, data)


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_devices(kind: bytes, tmp_path: Path) -> None:
    """Devices and pipes refuse the archive."""
    assert "neither" in refused(tmp_path, gzip.compress(tar({}, entry("null", kind))))


@pytest.mark.parametrize("name", ["a", "a/b", "./a"])
def test_a_path_twice(name: str, tmp_path: Path) -> None:
    """A file in another one's place, or in a folder that is a file, refuses the archive."""
    refused(tmp_path, gzip.compress(tar({"a": "1"}, (name, "2"))))


@pytest.mark.parametrize("kind", PACKED)
def test_bounds(kind: str, tmp_path: Path) -> None:
    """What is larger unpacked than allowed, or has too many entries, is refused on the way."""
    archive = tmp_path / "archive"
    archive.write_bytes(PACKED[kind]({"a": "0" * 1_000_000, "b": ""}))
    with pytest.raises(BadArchive, match="too large"):
        unpack(archive, tmp_path / "content", most_bytes=500_000)
    assert sum(each.stat().st_size for each in (tmp_path / "content").iterdir()) <= 500_000
    with pytest.raises(BadArchive, match="too many"):
        unpack(archive, tmp_path / "other", most_entries=1)


@pytest.mark.parametrize("kind", PACKED)
def test_damaged(kind: str, tmp_path: Path) -> None:
    """A cut or changed archive is refused, as is what is no archive at all."""
    data = PACKED[kind]({"a": "".join(map(chr, range(32, 127))) * 50})
    for number, bad in enumerate((data[: len(data) // 2], b"text", b"")):
        place = tmp_path / str(number)
        place.mkdir()
        refused(place, bad)


@pytest.mark.parametrize("kind", ["tar.gz", "zip"])
def test_damaged_somewhere(kind: str, tmp_path: Path) -> None:
    """Whatever byte is wrong, an archive is unpacked or refused, and all stays in the folder."""
    files, numbers = {"ä": "text", "a/b": "text" * 9}, random.Random(kind)
    good, pack = (zipped(files), bytes) if kind == "zip" else (tar(files), gzip.compress)
    for number in range(400):
        data = bytearray(good)
        for _ in range(numbers.randint(1, 3)):
            data[numbers.randrange(len(data))] = numbers.choice((0, 1, 0x2F, 0x80, 0xFF))
        place = tmp_path / str(number)
        place.mkdir()
        with contextlib.suppress(BadArchive):
            unpacked(place, pack(data))
        assert {each.name for each in place.iterdir()} <= {"archive", "content"}
