"""Packages of macOS: their parts, read by programs that didn't write them."""

from __future__ import annotations

import gzip
import io
import os
import stat
import subprocess
from pathlib import Path

import pytest

from oxidize.installers.archive import Member
from oxidize.installers.bom import bom, checksum
from oxidize.installers.mac_package import PackageDescription, write_package
from oxidize.installers.payload import LARGEST, TooLarge, entries, write_payload
from tests import pythons
from tests.installers.apple import Apple
from tests.installers.bom_reader import Bom

DESCRIPTION = PackageDescription(
    title="Ünits & <more>",
    name="units",
    identifier="org.example.units",
    version="1.2.0",
    location="/usr/local",
    bundle="",
    versions={},
    per_user=False,
    licence=".txt",
)
LINKS = {"bin/units": "../lib/units/units"}


def some_files(folder: Path, count: int = 3) -> list[Member]:
    folder.mkdir()
    members = []
    for number in range(count):
        path = folder / str(number)
        path.write_bytes(b"%d" % number * number)
        members.append(Member(f"lib/units/{number % 7}/{number}", path, number % 2 == 1))
    (folder / "ü").write_bytes(b"text")
    return [*members, Member("share/ü", folder / "ü", False)]


def package(folder: Path) -> bytes:
    found = entries(some_files(folder), LINKS)
    (folder / "scratch").mkdir()
    licence = folder / "free.txt"
    licence.write_text("Free.\n")
    distribution = DESCRIPTION.distribution(found, "11.0", ["arm64", "x86_64"])
    out = io.BytesIO()
    write_package(DESCRIPTION, found, distribution, licence, folder / "scratch", out)
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, 255, 256, 65536, (1 << 20) + 7])
def test_checksum(size: int) -> None:
    """Checksums are cksum's."""
    data = os.urandom(size)
    said = subprocess.run(["cksum"], input=data, capture_output=True, check=True).stdout
    assert checksum(io.BytesIO(data)) == int(said.split()[0])


@pytest.mark.parametrize("count", [1, 200, 600])
def test_bom(tmp_path: Path, count: int) -> None:
    """A bill of materials lists all that is installed, also if it takes several leaves."""
    found = entries(some_files(tmp_path / "x", count), LINKS)
    read = Bom(bom(found))
    assert set(read.names) == {"BomInfo", "HLIndex", "Paths", "Size64", "VIndex"}
    listed = read.paths()
    assert set(listed) == {each.path for each in found}
    for each in found:
        told = listed[each.path]
        assert (told.mode, told.size, told.target) == (each.mode, each.size, each.target)
        with each.open() as stream:
            folder = stat.S_ISDIR(each.mode)
            assert told.checksum == (0 if folder else checksum(stream))
    assert len(read.leaves("Paths")) == -(-len(found) // 256)
    assert read.leaves("HLIndex") == [[]]


def test_payload(tmp_path: Path) -> None:
    """A payload unpacks to files, links and folders with their modes, which root owns."""
    members = some_files(tmp_path / "x", 30)
    with (tmp_path / "payload").open("wb") as out:
        write_payload(entries(members, LINKS), out)
    bsdtar, out_folder = pythons.need_tool("bsdtar"), tmp_path / "out"
    out_folder.mkdir()
    subprocess.run([bsdtar, "-xpf", tmp_path / "payload", "-C", out_folder], check=True)
    for member in members:
        path = out_folder / member.path
        assert path.read_bytes() == member.file.read_bytes()
        assert path.stat().st_mode & 0o777 == member.mode
    assert (out_folder / "bin/units").readlink() == Path("../lib/units/units")
    command = (bsdtar, "-tvf", tmp_path / "payload", "--numeric-owner")
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert {tuple(line.split()[2:4]) for line in lines} == {("0", "0")}
    assert "Jan  1  1980" in lines[0]
    assert gzip.decompress((tmp_path / "payload").read_bytes()).startswith(b"070707")


def test_too_large(tmp_path: Path) -> None:
    """A file that a package has no room for is refused by its name."""
    large = tmp_path / "large"
    with large.open("wb") as out:
        out.truncate(LARGEST + 1)
    with pytest.raises(TooLarge, match=r"^data/large has 4 GiB"):
        entries([Member("data/large", large, False)], {})


def test_other_readers(tmp_path: Path) -> None:
    """7-Zip tests and lists a package; bsdtar gives out what was put in."""
    path = tmp_path / "units.pkg"
    path.write_bytes(package(tmp_path / "x"))
    seven = pythons.need_tool("7z")
    said = subprocess.run([seven, "t", path], capture_output=True, text=True, check=True).stdout
    assert "Type = Xar" in said
    assert "Everything is Ok" in said
    bsdtar = pythons.need_tool("bsdtar")
    said = subprocess.run([bsdtar, "-tf", path], capture_output=True, text=True, check=True).stdout
    assert {name.rstrip("/") for name in said.split()} == {
        "Distribution",
        "Resources",
        "Resources/LICENCE.txt",
        "units.pkg",
        "units.pkg/Bom",
        "units.pkg/PackageInfo",
        "units.pkg/Payload",
    }
    command = (bsdtar, "-xOf", path, "Resources/LICENCE.txt")
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"Free.\n"


def test_apples_model(tmp_path: Path, apple: Apple) -> None:
    """A library for Apple's platforms reads what a package says."""
    found = entries(some_files(tmp_path / "x"), LINKS)
    distribution = DESCRIPTION.distribution(found, "11.0", ["arm64"])
    # The library misses an attribute there, which Apple's own tools don't write.
    given = distribution.replace(b"<volume-check>", b'<volume-check script="true">')
    assert given != distribution
    path = tmp_path / "units.pkg"
    (tmp_path / "free.txt").touch()
    with path.open("wb") as out:
        write_package(DESCRIPTION, found, given, tmp_path / "free.txt", tmp_path, out)
    told = apple.says("packaging.pkg_info", path)
    assert told["flavor"] == "Product"
    (component,) = told["components"]
    info = component["package_info"]
    assert component["has_bom"]
    assert (info["identifier"], info["version"]) == ("org.example.units", "1.2.0")
    assert info["payload"]["numberOfFiles"] == len(found)
    assert told["distribution"]["title"] == {"$value": "Ünits & <more>"}
    assert told["distribution"]["license"]["file"] == "LICENCE.txt"
    assert told["distribution"]["pkg-ref"][0]["id"] == "org.example.units"


def test_the_same_bytes(tmp_path: Path) -> None:
    """The same files give the same package, wherever and since whenever they are there."""
    first = package(tmp_path / "one")
    for path in (tmp_path / "one").rglob("*"):
        os.utime(path, (1, 1))
    assert package(tmp_path / "two") == first
