"""The container: what is written is read back; what is damaged is refused."""

from __future__ import annotations

import contextlib
import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oxidize.errors import ActionError
from oxidize.resources.layout import HEADER, SECTION, SLOT, Section, hash_name
from oxidize.resources.model import Blob, File, Module, Resources
from oxidize.resources.reader import Container, ContainerError, decode
from oxidize.resources.writer import write_container
from tests.resources.samples import SMALL, resources


def written(given: Resources) -> bytes:
    out = io.BytesIO()
    assert write_container(given, out) == len(out.getvalue())
    return out.getvalue()


def plain(given: Resources) -> Resources:
    """With settings as a container keeps them."""
    config = {
        key: str(int(value)) if isinstance(value, bool | int) else value
        for key, value in given.config.items()
    }
    return Resources(given.modules, given.files, config)


def test_round_trip_of_everything() -> None:
    """Modules, packages, extension modules, namespaces, files and settings come back as given."""
    assert Container(written(SMALL)).resources() == plain(SMALL)


@given(resources())
def test_round_trip(given: Resources) -> None:
    """Whatever resources are written, the same are read."""
    assert Container(written(given)).resources() == plain(given)


def test_order_does_not_matter() -> None:
    """The bytes depend on what is in a container, not on the order of adding it."""
    turned = Resources(
        dict(list(SMALL.modules.items())[::-1]),
        dict(list(SMALL.files.items())[::-1]),
        dict(list(SMALL.config.items())[::-1]),
    )
    assert written(turned) == written(SMALL)


def test_equal_blobs_are_stored_once() -> None:
    """A thousand modules with the same code take the room of one."""
    code = Blob(b"c" * 10_000)
    many = Resources({f"m{i}": Module(f"m{i}", f"m{i}.py", code={0: code}) for i in range(1000)})
    assert len(written(many)) < 200_000


def test_compressed_source() -> None:
    """A compressed blob decodes to the bytes that it was made of."""
    source = Container(written(SMALL)).resources().modules["app.näme"].source
    assert source is not None
    assert decode(source) == b"x = 1\n"


def test_name_that_is_not_utf8() -> None:
    """A file whose name isn't UTF-8 is refused, by the name's bytes."""
    path = os.fsdecode(b"app/d\xe9j\xc3\xa0.txt")
    odd = Resources(files={path: File(path, Blob(b""))})
    with pytest.raises(ActionError, match=r"app/d\\xe9jà\.txt isn't UTF-8"):
        written(odd)


def test_missing_library() -> None:
    """A module that needs a library that isn't there is refused, by name."""
    lonely = Resources({"m": Module("m", "m.so", libraries=("lib/liba.so",))})
    with pytest.raises(ValueError, match=r"m needs lib/liba\.so"):
        written(lonely)


@given(st.data())
def test_damage_is_noticed(data: st.DataObject) -> None:
    """Any changed byte after the header breaks the sha256."""
    good = bytearray(written(SMALL))
    at = data.draw(st.integers(HEADER.size, len(good) - 1))
    good[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ContainerError):
        Container(bytes(good))


@given(st.data())
def test_damage_never_crashes(data: st.DataObject) -> None:
    """Without the sha256, damage gives other resources or a ContainerError, nothing else."""
    bad = bytearray(written(SMALL))
    for _ in range(data.draw(st.integers(1, 4))):
        bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(bad)) | st.just(len(bad)))
    with contextlib.suppress(ContainerError):
        Container(bytes(bad[:cut]), verify=False).resources()


def test_full_hash_table() -> None:
    """A hash table without an empty slot is refused, not searched for ever."""
    bad = bytearray(written(SMALL))
    for number in range(len(Section)):
        kind, _, offset, size = SECTION.unpack_from(bad, HEADER.size + SECTION.size * number)
        if kind == Section.MODULE_HASH:
            bad[offset : offset + size] = SLOT.pack(1, 1) * (size // SLOT.size)
    with pytest.raises(ContainerError, match="MODULE_HASH doesn't lead to"):
        Container(bytes(bad), verify=False).resources()


def test_hash() -> None:
    """The hash is FNV-1a, by its published values."""
    assert [hash_name(b""), hash_name(b"a"), hash_name(b"foobar")] == [
        0x811C9DC5,
        0xE40C292C,
        0xBF9CF968,
    ]
