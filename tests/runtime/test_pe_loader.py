"""What of the C loader of DLLs reads their bytes, under AddressSanitizer and UBSan."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import lief
import pytest

from oxidize.binary.pe_file import DIRECTORIES, SECTION, Pe
from oxidize.paths import runtime_folder
from tests import pythons
from tests.distributions.windows import make_dll
from tests.runtime.building import SANITIZE

HERE = Path(__file__).parent
SOURCE = """
int first(void) { return 1; }
int second(void) { return 2; }
int (*functions[])(void) = {first, second};
"""
# In a row of the sections' table.
_ADDRESS = 12
_RELOCATIONS = 5
_MOVED = 10 << 12


@pytest.fixture(scope="module")
def loader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The walking program."""
    out = tmp_path_factory.mktemp("loader") / "probe"
    runtime = runtime_folder()
    # PE files may have their tables at odd places, and machines that run them take that.
    flags = ("-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-Werror", *SANITIZE)
    more = ("-fno-sanitize=alignment", f"-I{HERE / 'shim'}", f"-I{runtime}")
    sources = (HERE / "pe_probe.c", runtime / "pe_image.c", runtime / "pe_map.c")
    gcc = pythons.need_tool("gcc")
    subprocess.run([gcc, *flags, *more, *sources, "-o", out], check=True)
    return out


@pytest.fixture(scope="module")
def dll(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Path:
    """A DLL with exports, imports and addresses that move."""
    file = tmp_path_factory.mktemp("dll") / "small.dll"
    definition = "EXPORTS\nfirst\nsecond\nfunctions DATA\nfar=other.far"
    make_dll(shared_cache / "v1" / "tools" / "zig", file, SOURCE, definition)
    return file


def walk(loader: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    words = [str(loader), *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_all_is_found(loader: Path, dll: Path) -> None:
    """Each export and import of a whole DLL is found."""
    done = walk(loader, dll)
    pe = lief.PE.parse(str(dll))
    assert pe is not None
    imports = sum(len(each.entries) for each in pe.imports)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"4 exports, {imports} imports\n"


@pytest.mark.parametrize("seed", range(4))
def test_damage_never_leads_outside(loader: Path, dll: Path, seed: int) -> None:
    """No damage or truncation makes the loader touch a byte outside the file or the image."""
    done = walk(loader, dll, seed, 10_000)
    assert (done.returncode, done.stderr) == (0, "")


def with_section_in_headers(data: bytearray, pe: Pe) -> None:
    """Its first section would be laid out over the headers."""
    struct.pack_into("<I", data, pe.table + _ADDRESS, 0)


def with_section_at_nothing(data: bytearray, pe: Pe) -> None:
    """Its last section would be laid out beyond the image."""
    struct.pack_into(
        "<I", data, pe.table + SECTION.size * (len(pe.sections) - 1) + _ADDRESS, 1 << 31
    )


def with_moved_section(data: bytearray, pe: Pe) -> None:
    """An address to move is that of a section in the headers' own table."""
    relocate(data, pe, 0, pe.table + _ADDRESS - 4)


def with_moved_relocations(data: bytearray, pe: Pe) -> None:
    """An address to move is the size of the block that says so."""
    start = pe.number(DIRECTORIES + 8 * _RELOCATIONS)
    relocate(data, pe, start & ~0xFFF, start & 0xFFF)


def relocate(data: bytearray, pe: Pe, page: int, place: int) -> None:
    """Has only this address moved."""
    start = pe.offset(pe.number(DIRECTORIES + 8 * _RELOCATIONS))
    (size,) = struct.unpack_from("<I", data, start + 4)
    rows = bytes(size - 8 - 2)
    struct.pack_into(f"<IIH{len(rows)}s", data, start, page, size, _MOVED | place, rows)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (with_section_in_headers, "its sections are damaged"),
        (with_section_at_nothing, "its sections are damaged"),
        (with_moved_section, "it can't be protected"),
        (with_moved_relocations, "4 exports"),
    ],
)
def test_writing_over_what_was_checked(
    loader: Path, dll: Path, tmp_path: Path, edit: Callable[[bytearray, Pe], None], said: str
) -> None:
    """A DLL that has the loader write over what it has checked is refused, or does no harm."""
    data = bytearray(dll.read_bytes())
    edit(data, Pe.of(bytes(data)))
    (tmp_path / "edited.dll").write_bytes(data)
    done = walk(loader, tmp_path / "edited.dll")
    assert done.stdout.startswith(said)
    assert (done.stderr, done.returncode) == ("", 0 if said == "4 exports" else 1)
