"""ELF files: reading what the loader reads, stripping, and embedding."""

from __future__ import annotations

import random
import struct
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from oxidize.binary.elf import PT_DYNAMIC, PT_LOAD, PT_NOTE, Elf, ElfError
from oxidize.binary.embed import find_payload
from oxidize.binary.embed_elf import embed_elf
from tests import pythons

PAYLOAD = b"OXIDIZE\0" + b"payload" * 1000
# A program that looks for its container as the runtime does, and prints its first word.
PROGRAM = r"""
#include "image.h"
#include <stdio.h>
int main(void) {
    uint64_t size;
    const char *container = image_container(&size);
    if (container == NULL)
        return puts("none") < 0;
    return printf("%s %llu %d\n", container, (unsigned long long)size,
                  (int)((uintptr_t)container % 16)) < 0;
}
"""


@pytest.fixture(scope="module", params=["-no-pie", "-pie", "-static"])
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small program with the runtime's note, linked in each way."""
    from oxidize.paths import runtime_folder

    folder = tmp_path_factory.mktemp("elf")
    (folder / "main.c").write_text(PROGRAM)
    runtime = runtime_folder()
    sources = (folder / "main.c", runtime / "image_elf.c")
    gcc = pythons.need_tool("gcc")
    command = [gcc, "-fPIE", request.param, f"-I{runtime}", *sources, "-o", folder / "program"]
    subprocess.run(command, check=True)
    return folder / "program"


def says(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    path.chmod(0o755)
    return subprocess.run([path], capture_output=True, text=True, check=True).stdout


def test_embed(program: Path, tmp_path: Path) -> None:
    """The kernel maps an embedded container, and the program finds it aligned and whole."""
    runtime = program.read_bytes()
    assert says(tmp_path / "before", runtime) == "none\n"
    done = b"".join(embed_elf(runtime, PAYLOAD))
    assert says(tmp_path / "after", done) == f"OXIDIZE {len(PAYLOAD)} 0\n"
    assert bytes(find_payload(done)) == PAYLOAD


def test_embed_is_a_proper_segment(program: Path) -> None:
    """Loadable segments stay together and ascend, and the section covers the container."""
    elf = Elf(b"".join(embed_elf(program.read_bytes(), PAYLOAD)))
    loads = [i for i, s in enumerate(elf.segments) if s.type == PT_LOAD]
    assert loads == list(range(loads[0], loads[0] + len(loads)))
    addresses = [elf.segments[i].vaddr for i in loads]
    assert addresses == sorted(addresses)
    section = elf.section(".oxidize")
    assert elf.data[section.offset : section.offset + section.size] == PAYLOAD


def test_embed_survives_strip(program: Path, tmp_path: Path) -> None:
    """strip keeps an embedded container."""
    path = tmp_path / "program"
    path.write_bytes(b"".join(embed_elf(program.read_bytes(), PAYLOAD)))
    path.chmod(0o755)
    subprocess.run([pythons.need_tool("strip"), path], check=True)
    assert says(tmp_path / "stripped", path.read_bytes()).startswith("OXIDIZE 7008")


def test_embed_twice(program: Path) -> None:
    """A program that carries a container takes no second one."""
    done = b"".join(embed_elf(program.read_bytes(), PAYLOAD))
    with pytest.raises(ElfError, match="carries a container already"):
        b"".join(embed_elf(done, PAYLOAD))


def test_embed_into_something_else() -> None:
    """An ordinary program and other bytes are refused."""
    with pytest.raises(ElfError, match=r"no section \.note\.oxidize"):
        b"".join(embed_elf(Path("/bin/true").read_bytes(), PAYLOAD))
    with pytest.raises(ElfError, match="not an ELF file"):
        b"".join(embed_elf(b"#!/bin/sh\n", PAYLOAD))


def extension_with_debug(folder: Path) -> Path:
    source = folder / "thing.c"
    source.write_text(
        "__attribute__((noinline)) static int hidden(int a) { return a; }\n"
        "int add(int a, int b) { return hidden(a) + b; }\n"
    )
    out = folder / "libthing.so"
    flags = ("-shared", "-fPIC", "-g", "-Wl,-soname,libthing.so.1", "-Wl,--no-as-needed", "-lm")
    command = [pythons.need_tool("gcc"), str(source), *flags, "-Wl,-rpath,/a:/b", "-o", str(out)]
    subprocess.run(command, check=True)
    return out


def test_dynamic(tmp_path: Path) -> None:
    """Needed libraries, soname and search paths are those of the dynamic section."""
    dynamic = Elf(extension_with_debug(tmp_path).read_bytes()).dynamic()
    assert dynamic.needed[0] == "libm.so.6"
    assert (dynamic.soname, dynamic.search) == ("libthing.so.1", ("/a", "/b"))


@pytest.mark.parametrize("style", ["gnu", "sysv"])
def test_users_of_versions(tmp_path: Path, style: str) -> None:
    """The symbols that ask for versions are those that readelf lists, by either hash table."""
    source = "#include <math.h>\n#include <stdio.h>\n"
    (tmp_path / "a.c").write_text(source + 'int f(double a) { return printf("%f", pow(a, a)); }')
    library = tmp_path / "a.so"
    flags = ("-shared", "-fPIC", f"-Wl,--hash-style={style}", "-lm")
    command = [pythons.need_tool("gcc"), str(tmp_path / "a.c"), *flags, "-o", str(library)]
    subprocess.run(command, check=True)
    for path in (library, Path("/bin/ls")):
        elf = Elf(path.read_bytes())
        users = elf.users(list(elf.versions().values()))
        found = {f"{name}@{version.name}" for version, names in users.items() for name in names}
        argv = [pythons.need_tool("readelf"), "-W", "--dyn-syms", str(path)]
        lines = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.splitlines()
        assert found == {line.split()[7] for line in lines if " UND " in line and "@" in line}


def test_strip(tmp_path: Path) -> None:
    """A stripped library is smaller, loads, and works."""
    import ctypes

    library = extension_with_debug(tmp_path)
    data = Elf(library.read_bytes()).strip()
    assert len(data) < library.stat().st_size
    (tmp_path / "stripped.so").write_bytes(data)
    assert ctypes.CDLL(str(tmp_path / "stripped.so")).add(40, 2) == 42


def test_strip_debug(tmp_path: Path) -> None:
    """Without debug information, a library is smaller, loads, and keeps its functions' names."""
    import ctypes

    library = extension_with_debug(tmp_path)
    data = Elf(library.read_bytes()).strip_debug()
    assert len(data) < library.stat().st_size
    names = {section.name for section in Elf(data).sections}
    assert {".symtab", ".strtab", ".shstrtab", ".text"} <= names
    assert not any(name.startswith(".debug") for name in names)
    path = tmp_path / "stripped.so"
    path.write_bytes(data)
    listed = subprocess.run(
        [pythons.need_tool("readelf"), "-sW", path], capture_output=True, text=True, check=True
    )
    assert listed.stderr == ""
    table = listed.stdout.partition("'.symtab'")[2]
    assert any(line.endswith(" hidden") for line in table.splitlines())
    assert ctypes.CDLL(str(path)).add(40, 2) == 42
    assert Elf(Elf(data).strip()).strip_debug() == Elf(data).strip()


def test_cut_off() -> None:
    """An ELF file that ends too early is refused."""
    data = Path(sysconfig.get_config_var("BINDIR"), "python3").resolve().read_bytes()
    with pytest.raises(ElfError, match="cut off"):
        Elf(data[:100])


def damaged(data: bytes, number: int) -> bytes:
    """The same damage each time: a few bytes, mostly in the headers, or a shorter file."""
    luck = random.Random(number)
    elf, bad = Elf(data), bytearray(data)
    dynamic = next(s.offset for s in elf.segments if s.type == PT_DYNAMIC)
    places = ((0, 64), (elf.segments_at, 512), (elf.sections_at, 2048), (dynamic, 256))
    for _ in range(luck.randint(1, 4)):
        start, size = luck.choice(places)
        at = luck.randrange(start, min(start + size, len(bad)))
        bad[at] = luck.choice((0, 1, 0x7F, 0x80, 0xFF, luck.randrange(256)))
    return bytes(bad[: luck.randrange(len(bad))] if luck.random() < 0.1 else bad)


def test_damaged_headers() -> None:
    """Reading, stripping and embedding meet damaged headers with ElfError and nothing else."""
    data = Path("/bin/true").read_bytes()
    refused = 0
    for number in range(2000):
        bad = damaged(data, number)
        for look in (lambda b: Elf(b).dynamic(), lambda b: Elf(b).strip_debug(), find_payload):
            try:
                look(bad)
            except ElfError:
                refused += 1
    assert refused > 2000  # /bin/true carries no payload


def test_note_is_covered(program: Path) -> None:
    """Embedding takes the program header of the note, and leaves the number of headers."""
    before, after = Elf(program.read_bytes()), Elf(b"".join(embed_elf(program.read_bytes(), b"")))

    def count(elf: Elf, kind: int) -> int:
        return sum(s.type == kind for s in elf.segments)

    assert count(after, PT_NOTE) == count(before, PT_NOTE) - 1
    assert count(after, PT_LOAD) == count(before, PT_LOAD) + 1


class Counting(Elf):
    """Counts the rows that are read."""

    rows = 0

    def unpack(self, form: str, offset: int) -> tuple[Any, ...]:
        """As Elf's."""
        self.rows += 1
        return super().unpack(form, offset)


def with_versions(step: int) -> bytes:
    """A small file whose table of versions says that it has as many rows as fields can tell."""
    header = struct.pack(
        "<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 3, 62, 1, 0, 64, 0, 0, 64, 56, 2, 64, 0, 0
    )
    segments = struct.pack("<IIQQQQQQ", PT_LOAD, 4, 0, 0, 0, 4096, 4096, 4096)
    segments += struct.pack("<IIQQQQQQ", PT_DYNAMIC, 4, 256, 256, 256, 64, 64, 8)
    rows = [(5, 512), (0x6FFFFFFE, 1024), (0x6FFFFFFF, 1 << 40), (0, 0)]
    dynamic = b"".join(struct.pack("<QQ", *row) for row in rows)
    versions = struct.pack("<HHIII", 1, 0xFFFF, 1, 16, step)
    versions += struct.pack("<IHHII", 0, 0, 2, 1, step)
    data = (header + segments).ljust(256, b"\0") + dynamic
    return (data.ljust(512, b"\0") + b"\0name\0").ljust(1024, b"\0") + versions.ljust(3072, b"\0")


def test_versions_end() -> None:
    """A table of versions ends where its links end, whatever number of rows it claims."""
    elf = Counting(with_versions(0))
    assert [each.name for each in elf.versions().values()] == ["name"]
    assert elf.rows == 2


def test_versions_are_bounded() -> None:
    """A table of versions whose rows overlap is refused before it costs much."""
    data = bytearray(with_versions(0))
    struct.pack_into("<I", data, 1024 + 16 + 12, 1)
    data[1024 + 32 :] = b"\0\0\0\1" * ((len(data) - 1056) // 4)
    elf = Counting(bytes(data))
    with pytest.raises(ElfError):
        elf.versions()
    assert elf.rows < 5000
