"""Universal files of macOS."""

from __future__ import annotations

import struct

import lief
import pytest

from oxidize.binary.load_commands import MAGIC, MachoError
from oxidize.binary.universal import is_universal, slices, thin, universal

CPUS = {"aarch64": (0x0100000C, 0), "x86_64": (0x01000007, 3)}


def thin_file(machine: str, size: int = 100) -> bytes:
    """The header of a library without any command, and bytes of its own."""
    head = MAGIC + struct.pack("<7I", *CPUS[machine], 6, 0, 0, 0, 0)
    return head + machine[:1].encode() * (size - len(head))


def joined(*files: bytes) -> bytes:
    return b"".join(map(bytes, universal(files)))


def test_universal() -> None:
    """Files of two architectures become one, at pages of their own, and come out as they were;
    other tools see the same."""
    files = {"aarch64": thin_file("aarch64", 0x4001), "x86_64": thin_file("x86_64")}
    data = joined(*files.values())
    assert is_universal(data)
    assert {each.machine: bytes(each.data) for each in slices(data)} == files
    assert all(thin(data, machine) == file for machine, file in files.items())
    assert data == joined(*reversed(files.values()))
    fat = lief.MachO.parse(data)
    assert fat is not None
    assert [(each.header.cpu_type.name, each.fat_offset) for each in fat] == [
        ("X86_64", 0x4000),
        ("ARM64", 0x8000),
    ]


def test_wide_table() -> None:
    """Where a file lies beyond 4 GiB, the table has wider rows, which are read, too."""
    file = thin_file("aarch64")
    row = struct.pack(">2I2Q2I", *CPUS["aarch64"], 0x4000, len(file), 14, 0)
    data = (struct.pack(">II", 0xCAFEBABF, 1) + row).ljust(0x4000, b"\0") + file
    assert thin(data, "aarch64") == file


def test_other_files() -> None:
    """What isn't universal is left as it is; a Java class begins as universal files do."""
    assert thin(b"text", "aarch64") == b"text"
    assert thin(thin_file("x86_64"), "aarch64") == thin_file("x86_64")
    assert not is_universal(b"\xca\xfe\xba\xbe\0\0\0\x34")
    assert not is_universal(b"\xca\xfe\xba\xbe")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ((), "it holds no file"),
        ((b"\x7fELF",), "not a 64-bit Mach-O file"),
        ((thin_file("aarch64"), thin_file("aarch64")), "two files are for aarch64"),
    ],
)
def test_what_cannot_be_joined(files: tuple[bytes, ...], message: str) -> None:
    """Nothing, other files and two of one architecture are refused."""
    with pytest.raises(MachoError, match=message):
        joined(*files)


def test_damaged() -> None:
    """Cut files are refused, and so is a machine that a file has no code for."""
    data = joined(thin_file("aarch64"))
    with pytest.raises(MachoError, match="no code for x86_64"):
        thin(data, "x86_64")
    with pytest.raises(MachoError, match="the universal file is cut off"):
        thin(data[:-1], "aarch64")
    with pytest.raises(MachoError, match="the table of the universal file is cut off"):
        thin(data[:20], "aarch64")
