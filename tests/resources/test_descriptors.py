"""How files that musl loads name the libraries that come with them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from oxidize.binary.elf import Elf
from oxidize.resources.layout import FileFlag, ModuleFlag
from oxidize.resources.libraries import with_libraries
from oxidize.resources.model import Blob, File, Module, Resources
from tests import pythons

MUSL, DEEP, MIDDLE, SHORT = (
    "libc.musl-x86_64.so.1",
    "libdeep-012345.so.1",
    "libmid-0123456.so",
    "a.so",
)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with libraries, and two modules, of which one needs the library of a short name."""
    folder = tmp_path_factory.mktemp("musl")

    def link(name: str, *needed: str) -> None:
        gcc = (pythons.need_tool("gcc"), "-shared", "-nostdlib", "-x", "c", "/dev/null")
        flags = ("-x", "none", "-Wl,--no-as-needed", f"-Wl,-soname,{name}", "-o", name)
        subprocess.run([*gcc, *flags, *needed], cwd=folder, check=True)

    link(MUSL)
    link(DEEP, MUSL)
    link(MIDDLE, MUSL, DEEP)
    link(SHORT, MUSL)
    link("one.so", MUSL, MIDDLE, DEEP)
    link("two.so", MUSL, SHORT, DEEP)
    return folder


def program(folder: Path, *names: str) -> Resources:
    """A program with those libraries and all modules that need no other one."""
    files = {
        f"libs/{name}": File(
            f"libs/{name}", Blob((folder / name).read_bytes()), FileFlag.SHARED_LIBRARY
        )
        for name in names
    }
    modules = {
        name: Module(
            name,
            f"{name}.so",
            ModuleFlag.EXTENSION,
            extension=Blob((folder / f"{name}.so").read_bytes()),
        )
        for name in (("one", "two") if SHORT in names else ("one",))
    }
    return with_libraries(Resources(modules, files))


def needed(content: Blob | None) -> set[str]:
    assert content is not None
    return {*Elf(content.data).dynamic().needed} - {MUSL}


def test_names(compiled: Path) -> None:
    """Libraries are named by the descriptors that they are open at, since musl knows no other name
    of what is loaded already."""
    found = program(compiled, DEEP, MIDDLE)
    deep, middle = found.files[f"libs/{DEEP}"], found.files[f"libs/{MIDDLE}"]
    paths = {f"/proc/self/fd/{each.descriptor}" for each in (deep, middle)}
    assert len(paths) == 2
    assert needed(found.modules["one"].extension) == paths
    assert needed(middle.content) == {f"/proc/self/fd/{deep.descriptor}"}
    assert found.modules["one"].libraries == (deep.path, middle.path)


def test_short_names(compiled: Path) -> None:
    """What has too short a name is extracted, with what names it, so that they find each other."""
    found = program(compiled, DEEP, MIDDLE, SHORT)
    two, short = found.modules["two"], found.files[f"libs/{SHORT}"]
    assert needed(two.extension) == {
        SHORT,
        f"/proc/self/fd/{found.files[f'libs/{DEEP}'].descriptor}",
    }
    assert two.flags & ModuleFlag.EXTRACT and short.flags & FileFlag.EXTRACT
    assert not found.modules["one"].flags & ModuleFlag.EXTRACT
    assert not found.files[f"libs/{DEEP}"].flags & FileFlag.EXTRACT
