"""Embedding into Mach-O programs, and their signatures. Nothing of this is run on macOS."""

from __future__ import annotations

import io
import platform
import random
import subprocess
import sys
from pathlib import Path

import pytest

from oxidize.binary.codesign import signed
from oxidize.binary.embed_macho import embed_macho
from oxidize.binary.load_commands import MachO, MachoError
from oxidize.binary.payload import NoPayload, find_payload
from oxidize.resources.writer import write_container
from tests.binary.macho import (
    TARGETS,
    check_layout,
    code_directory,
    launcher,
    parsed,
    wrong_pages,
)
from tests.e2e.space import REPOSITORY
from tests.resources.samples import SMALL

BIG = b"OXIDIZE\0" + random.Random(6).randbytes(3_000_001)


@pytest.fixture(scope="module", params=sorted(TARGETS))
def program(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_cache: Path
) -> bytes:
    """A small program with the runtime's segment, for each machine."""
    return launcher(request.param, shared_cache, tmp_path_factory.mktemp("macho") / "program")


def embedded(program: bytes, payload: bytes) -> bytes:
    return b"".join(embed_macho(program, payload, "a name"))


@pytest.mark.parametrize("payload", [BIG, BIG[:0x8000], BIG[:9]], ids=["big", "pages", "small"])
def test_embed(program: bytes, payload: bytes) -> None:
    """A container lies in a segment of its own that can be read only, before the last; everything
    else is what it was, and all of it is signed."""
    done = embedded(program, payload)
    check_layout(done)
    assert wrong_pages(done) == []
    assert bytes(find_payload(done)) == payload
    before, after = parsed(program), parsed(done)
    assert [s.name for s in after.segments] == [s.name for s in before.segments]
    place = after.get_segment("__OXIDIZE")
    assert place is not None
    assert (place.init_protection, place.max_protection) == (1, 1)
    for name in ("__DATA_CONST", "__DATA"):
        old, new = before.get_segment(name), after.get_segment(name)
        assert old is not None
        assert new is not None
        assert bytes(old.content) == bytes(new.content)
    assert [s.name for s in after.symbols] == [s.name for s in before.symbols]
    for name in ("bindings", "relocations"):
        places = [[(e.address, str(e)) for e in getattr(b, name)] for b in (before, after)]
        assert places[0] == places[1]
    assert after.build_version is not None
    assert after.build_version.minos == before.build_version.minos  # type: ignore[union-attr]


def test_signature(program: bytes) -> None:
    """The signature is an ad hoc one of a main program, under the program's name, which covers all
    that comes before it."""
    done = embedded(program, BIG)
    fields = code_directory(done)
    expected = {"version": 0x20400, "flags": 0x20002, "hashType": 2, "hashSize": 32}
    assert {key: fields[key] for key in expected} == expected
    assert (fields["identifier"], fields["pageSize"], fields["nSpecialSlots"]) == (
        "a name",
        4096,
        0,
    )
    text = parsed(done).get_segment("__TEXT")
    assert text is not None
    assert fields["execSeg"] == (text.file_offset, text.file_size, 1)
    signature = parsed(done).code_signature
    assert signature is not None
    assert fields["codeLimit"] == signature.data_offset


def test_changed_bytes_are_found(program: bytes) -> None:
    """A byte that changes, wherever it is before the signature, makes its page another one."""
    done = embedded(program, BIG)
    limit = code_directory(done)["codeLimit"]
    for at in (40, 0x1800, limit // 2, limit - 1):
        changed = bytearray(done)
        changed[at] ^= 1
        assert wrong_pages(bytes(changed)) == [at // 4096]


def test_signed_again(shared_cache: Path, tmp_path: Path) -> None:
    """A program that zig's linker has signed (in larger pages) is signed afresh, and differs in
    nothing else."""
    data = launcher("aarch64", shared_cache, tmp_path / "program")
    assert wrong_pages(data) == []
    theirs = code_directory(data)
    again = signed(MachO(data), theirs["identifier"])
    check_layout(again)
    assert wrong_pages(again) == []
    ours = code_directory(again)
    same = ("version", "flags", "hashType", "codeLimit", "execSeg", "identifier")
    assert [ours[key] for key in same] == [theirs[key] for key in same]
    assert again[0x1000 : ours["codeLimit"]] == data[0x1000 : theirs["codeLimit"]]


def test_builds_have_names(program: bytes) -> None:
    """Programs with other contents have other UUIDs, and the same program has the same bytes."""
    first, other = embedded(program, BIG), embedded(program, BIG[:-1] + b"x" * 80)
    assert first == embedded(program, BIG)
    small = [embedded(program, b"OXIDIZE\0" + bytes([each]) * 100) for each in (1, 2)]
    uuids = {bytes(parsed(each).uuid.uuid) for each in (program, first, *small)}  # type: ignore[union-attr]
    assert len(uuids) == 4
    assert parsed(other).uuid is not None


def test_embed_twice(program: bytes) -> None:
    """A program that carries a container takes no second one; one without has none."""
    with pytest.raises(MachoError, match="carries a container already"):
        embedded(embedded(program, BIG), BIG)
    with pytest.raises(NoPayload, match="carries no container"):
        find_payload(program)


def test_embed_into_something_else(shared_cache: Path, tmp_path: Path) -> None:
    """Other programs and other bytes are refused, and so is what a file has no room for."""
    with pytest.raises(MachoError, match="not a 64-bit Mach-O file"):
        embedded(b"#!/bin/sh\n", BIG)
    with pytest.raises(MachoError, match="no segment __OXIDIZE"):
        data = launcher("x86_64", shared_cache, tmp_path / "program")
        embedded(data.replace(b"__OXIDIZE", b"__ANOTHER"), BIG)


def test_damaged_files(program: bytes) -> None:
    """Cut and scrambled files give an error of their own, and never another one."""
    chance = random.Random(1)
    done = embedded(program, BIG[:100])
    for _ in range(300):
        data = bytearray(done[: chance.randrange(len(done))])
        for _ in range(chance.randrange(4)):
            if data:
                data[chance.randrange(min(len(data), 2000))] = chance.randrange(256)
        for look in (lambda d: MachO(d).dynamic(), find_payload, lambda d: embedded(d, BIG[:9])):
            try:
                look(bytes(data))
            except (MachoError, NoPayload):
                continue


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the program is for x86_64")
def test_program_finds_its_container(shared_cache: Path, tmp_path: Path) -> None:
    """The program's own code, mapped as macOS does, finds the container and a module in it, and
    none in a runtime without an application."""
    path = tmp_path / "program"
    data = launcher("x86_64", shared_cache, path)
    buffer = io.BytesIO()
    write_container(SMALL, buffer)
    container = buffer.getvalue()

    def says(program: bytes) -> str:
        path.write_bytes(program)
        command = [sys.executable, "-m", "tests.binary.mapped_macho", str(path), names[-1]]
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
        return done.stdout

    names = sorted(SMALL.modules)
    assert says(data) == "none\n"
    expected = f"True 0 {len(container)} {len(names) - 1}\n"
    assert says(embedded(data, container)) == expected
