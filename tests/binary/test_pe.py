"""PE files: what is read of them, embedding, and the resources that Windows shows."""

from __future__ import annotations

import mmap

import lief
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oxidize.actions import zig
from oxidize.binary.embed import embed, find_payload
from oxidize.binary.embed_pe import Appearance, TooLarge
from oxidize.binary.error import BinaryError
from oxidize.binary.pe_file import Pe, PeError
from oxidize.binary.pe_resources import ResourceError, items, section, version_numbers

PAYLOAD = b"OXIDIZE\0" + bytes(5000)


def small_pe() -> bytes:
    """A 64-bit program with one section, as small as can be read."""
    pe = lief.PE.Factory.create(lief.PE.PE_TYPE.PE32_PLUS)
    assert pe is not None
    code = lief.PE.Section(".text")
    code.content = memoryview(b"\xc3" * 16)
    code.virtual_address = 0x1000
    pe.add_section(code)
    made = pe.get()
    assert made is not None
    return bytes(made.write_to_bytes())


@pytest.fixture(scope="module")
def program() -> bytes:
    return small_pe()


def test_embedding(program: bytes) -> None:
    """The container is a section of its own, and is found again; resources are another."""
    looks = Appearance(True, lambda address: section(items(None, {"FileVersion": "1"}), address))
    done = b"".join(embed(program, PAYLOAD, looks))
    assert bytes(find_payload(done)) == PAYLOAD
    pe = lief.PE.parse(done)
    assert pe is not None
    assert [str(each.name) for each in pe.sections][-2:] == [".rsrc", ".oxidize"]
    assert pe.optional_header.sizeof_image % pe.optional_header.section_alignment == 0
    with pytest.raises(PeError, match="carries a container already"):
        embed(done, PAYLOAD, Appearance())
    with pytest.raises(BinaryError, match="carries no container"):
        find_payload(program)


@pytest.mark.parametrize("size", [0x7FFFF000, 1 << 32])
def test_too_large(program: bytes, size: int) -> None:
    """What Windows can't load is told before it is written, whatever its size."""
    with mmap.mmap(-1, size) as nothing, pytest.raises(TooLarge, match="up to 2 GiB"):
        embed(program, nothing, Appearance())  # type: ignore[arg-type]


@given(st.data())
def test_damage(data: st.DataObject) -> None:
    """Damaged files are met with PeError and nothing else."""
    whole = bytearray(b"".join(embed(small_pe(), PAYLOAD, Appearance())))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(2, 0x2FF))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(2, len(whole)))])
    for look in (
        lambda: Pe.of(cut).dynamic(),
        lambda: list(Pe.of(cut).exports()),
        lambda: Pe.of(cut).thread_variables(),
        lambda: find_payload(cut),
    ):
        try:
            look()
        except PeError:
            continue


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1", (1, 0, 0, 0)),
        ("1.2.3.4.5", (1, 2, 3, 4)),
        ("2026.10b1", (2026, 10, 0, 0)),
        ("v1", None),
        ("1.65536", None),
    ],
)
def test_versions(text: str, numbers: tuple[int, ...] | None) -> None:
    """Versions become four numbers, where they fit."""
    assert version_numbers(text) == numbers


@pytest.mark.parametrize(
    "icon", [b"", b"\x89PNG\r\n", b"\0\0\1\0\1\0", b"\0\0\1\0\1\0" + b"\xff" * 16]
)
def test_wrong_icons(icon: bytes) -> None:
    """What is no icon, or not all of one, is told."""
    with pytest.raises(ResourceError):
        items(icon, None)


def test_targets() -> None:
    """zig knows Windows by another name."""
    assert zig.target("x86_64-pc-windows-msvc", "") == "x86_64-windows-gnu"
