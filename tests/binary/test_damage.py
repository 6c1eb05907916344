"""Damaged shared libraries and DLLs, with all tables that linkers write."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from oxidize.binary.elf import Elf, ElfError
from oxidize.binary.native import NativeError, read_native
from oxidize.binary.pe_file import Pe, PeError
from tests import pythons
from tests.binary.test_native import binaries as binaries

COPIES = 400
LIBRARY = """
#include <math.h>
#include <stdio.h>
double doubled(double a) { return 2 * pow(a, a); }
int tell(double a) { return printf("%f", doubled(a)); }
"""


@pytest.fixture(params=["gnu", "sysv"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> bytes:
    """A library of Linux with versions of symbols, and one of the two hash tables."""
    (tmp_path / "a.c").write_text(LIBRARY)
    flags = ("-shared", "-fPIC", f"-Wl,--hash-style={request.param}", "-lm")
    command = [pythons.need_tool("gcc"), "a.c", *flags, "-o", "a.so"]
    subprocess.run(command, cwd=tmp_path, check=True)
    return (tmp_path / "a.so").read_bytes()


def damaged(data: bytes, places: range) -> Iterator[bytes]:
    """Copies with a few wrong bytes each, at these places."""
    choose = random.Random(len(data))
    wrong = (0, 1, 0x7F, 0x80, 0xFF)
    for _ in range(COPIES):
        changed = bytearray(data)
        for _ in range(choose.randint(1, 6)):
            changed[choose.choice(places)] = choose.choice((*wrong, choose.randrange(256)))
        yield bytes(changed)


def failures(
    copy: bytes, problem: type[Exception], *looks: Callable[[bytes], object]
) -> Iterator[Exception]:
    """Of those that may fail, and only so."""
    for look in looks:
        try:
            look(copy)
        except problem as error:
            yield error


def tables(elf: Elf) -> range:
    """Where the tables that loaders read lie, which are before any code."""
    return range(64, elf.section(".init").offset)


def test_libraries(library: bytes) -> None:
    """Names, versions and users of damaged libraries are told, or refused as damaged."""
    whole = Elf(library)
    (dynamic,) = (each for each in whole.sections if each.name == ".dynamic")
    looks = (
        lambda copy: Elf(copy).dynamic(),
        lambda copy: Elf(copy).users(list(Elf(copy).versions().values())),
        lambda copy: list(Elf(copy).wanted_symbols()),
        lambda copy: Elf(copy).renamed({"libm.so.6": b"x"}),
    )
    refused = 0
    for places in (tables(whole), range(dynamic.offset, dynamic.offset + 0x100)):
        for copy in damaged(library, places):
            refused += len(list(failures(copy, ElfError, *looks)))
            list(failures(copy, NativeError, read_native))
    assert refused > COPIES // 10


def test_dlls(binaries: Mapping[str, bytes]) -> None:
    """The same of DLLs."""
    dll = binaries["dll"]
    (table,) = (each for each in Pe.of(dll).sections if each.name.startswith(b".rdata"))
    assert [each.name for each in Pe.of(dll).exports()] == ["leave", "ticks"]
    assert Pe.of(dll).dynamic().needed == ("kernel32.dll",)
    looks = (
        lambda copy: Pe.of(copy).dynamic(),
        lambda copy: list(Pe.of(copy).exports()),
        lambda copy: Pe.of(copy).thread_variables(),
    )
    refused = 0
    for places in (range(0x3C, 0x300), range(table.offset, table.offset + table.stored)):
        for copy in damaged(dll, places):
            refused += len(list(failures(copy, PeError, *looks)))
            list(failures(copy, NativeError, read_native))
    assert refused > COPIES // 10
