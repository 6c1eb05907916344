"""Programs for macOS, built here. None is run: what dyld and the kernel would look at is checked,
and the Intel program's own code finds its container, mapped into a process of this machine."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import lief
import pytest

from oxidize.binary.embed import find_payload
from oxidize.binary.universal import slices
from tests.binary.macho import check_layout, parsed, wrong_pages
from tests.distributions.archives import Archive
from tests.distributions.panda import TRIPLES, VERSIONS
from tests.e2e.macos_programs import (
    check_libraries,
    check_symbols,
    native_files_of,
    project,
    resources_of,
)
from tests.e2e.space import REPOSITORY, Space
from tests.packages import wheels


@pytest.fixture(scope="module")
def space_for_both(
    tmp_path_factory: pytest.TempPathFactory, shared_cache: Path, panda: Mapping[str, Archive]
) -> Iterator[Space]:
    """A project, built for both architectures and as a universal program."""
    space = Space(tmp_path_factory.mktemp("macos"), shared_cache)
    project(space, panda, "markupsafe==3.0.3")
    done = space.build("aarch64", "x86_64", "both")
    assert done.stderr.count("app needs macOS 11.0 or newer") == len(TRIPLES)
    yield space
    shutil.rmtree(space.root)


@pytest.fixture(params=[triple.partition("-")[0] for triple in TRIPLES])
def machine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def program(space_for_both: Space, machine: str) -> Path:
    return space_for_both.outputs(machine) / "app"


def test_program(program: Path, machine: str) -> None:
    """A program is an executable for its machine and macOS 11 that needs the system alone, laid out
    as macOS maps it, and signed page by page."""
    data = program.read_bytes()
    check_layout(data)
    assert wrong_pages(data) == []
    binary = parsed(data)
    assert binary.header.cpu_type.name == {"aarch64": "ARM64", "x86_64": "X86_64"}[machine]
    assert binary.build_version is not None
    assert binary.build_version.minos[:2] == [11, 0]
    assert [each.name for each in binary.libraries] == ["/usr/lib/libSystem.B.dylib"]


def test_what_is_told_of_it(space_for_both: Space, program: Path, machine: str) -> None:
    """`inspect` and `analyze` tell what it carries and needs."""
    said = json.loads(space_for_both.oxidize("inspect", "--json", program).stdout)
    assert said["about"]["triple"] == f"{machine}-apple-darwin"
    assert said["about"]["python"] == VERSIONS["3.11"]
    assert "markupsafe._speedups" in said["modules"]
    text = space_for_both.oxidize("analyze", program).stdout
    assert f"Mach-O executable for {machine}, CPython {VERSIONS['3.11']} by oxidize" in text
    assert "signed           ad hoc" in text


def test_libraries_find_each_other(program: Path, machine: str) -> None:
    """What a program carries finds what it needs, once extracted."""
    check_libraries(program, machine)
    assert "_ssl.cpython-311-darwin.so" in native_files_of(program)


def test_libraries_are_extracted_first(program: Path) -> None:
    """What a module or a library needs is listed with it, so that it is there before."""
    resources = resources_of(program)
    assert resources.modules["_ssl"].libraries == ("lib/libcrypto.3.dylib", "lib/libssl.3.dylib")
    assert resources.files["lib/libssl.3.dylib"].libraries == ("lib/libcrypto.3.dylib",)


def test_symbols(program: Path) -> None:
    """What its native files look for in all that is loaded is there."""
    check_symbols(program, "3.11")


def test_universal(space_for_both: Space) -> None:
    """A universal program holds both programs as they are, at pages of their own."""
    path = space_for_both.outputs("both") / "app"
    data = path.read_bytes()
    found = {each.machine: bytes(each.data) for each in slices(data)}
    assert found == {
        machine: (space_for_both.outputs(machine) / "app").read_bytes()
        for machine in ("aarch64", "x86_64")
    }
    fat = lief.MachO.parse(data)
    assert fat is not None
    assert fat.size == 2
    assert all(each.fat_offset % 0x4000 == 0 for each in fat)
    assert path.stat().st_mode & 0o111
    text = space_for_both.oxidize("analyze", path).stdout
    assert "x86_64" in text
    assert "aarch64" in text


def test_stays_the_same(space_for_both: Space) -> None:
    """Built again, there is nothing to do, and nothing differs."""
    said = space_for_both.build("both").stderr
    assert "up to date" in said


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the program is for x86_64")
def test_program_finds_its_container(space_for_both: Space) -> None:
    """The program's own code, mapped as macOS does, finds its container and a module in it."""
    path = space_for_both.outputs("x86_64") / "app"
    names = sorted(resources_of(path).modules)
    command = [sys.executable, "-m", "tests.binary.mapped_macho", str(path), "markupsafe"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    size = len(find_payload(path.read_bytes()))
    assert done.stdout == f"True 0 {size} {names.index('markupsafe')}\n"


def test_wheels_have_a_floor(space: Space, panda: Mapping[str, Archive]) -> None:
    """Wheels that need a newer macOS than programs are to run with are told before anything is
    built."""
    wheels.make_wheel(space.root / "wheels", "new", "1.0", tag="cp311-cp311-macosx_14_0_arm64")
    triple = TRIPLES[0]
    words = ("--no-index", "--find-links", "wheels", "new")
    project(space, {triple: panda[triple]}, *words, macos="13.0")
    done = space.oxidize("build", "--target-triple", triple)
    assert done.returncode != 0
    assert f"error[OX0529]: new 1.0 can't be installed for {triple}" in done.stderr
    assert "note: wheels may need macOS 13.0, or an older one" in done.stderr
    assert "link the runtime" not in done.stderr
