"""Programs for another machine: built here, and run as that machine would."""

from __future__ import annotations

import subprocess

import pytest

from tests import pythons
from tests.distributions.archives import Archive, described, small
from tests.distributions.debian import Debian
from tests.e2e.space import Space
from tests.e2e.standalone_project import of_archive, write_build_file
from tests.packages import wheels

CHECK = """
import _asyncio, json, math, sys, zlib
from importlib.util import find_spec
print(json.dumps([sys.version_info[:2], math.tau, zlib.crc32(b"x"), sorted({3, 1, 2})]))
if len(sys.argv) > 1:
    import platform
    from markupsafe import _speedups
    print(platform.machine(), _speedups.__name__, find_spec("there").name, find_spec("here"))
"""
TRIPLE = "aarch64-unknown-linux-gnu"
MARKED = "--find-links", "wheels", "markupsafe", "./pure"


def project(space: Space, archive: Archive, *packages: str) -> None:
    space.write("app/__init__.py", "")
    space.write("app/__main__.py", CHECK)
    write_build_file(space, of_archive(archive), "app", *packages)


def refusal(space: Space, triple: str = TRIPLE) -> str:
    """What a build that fails says."""
    done = space.oxidize("build", "--target-triple", triple)
    assert done.returncode != 0
    return done.stderr


def test_a_program_for_another_machine(space: Space, debian: tuple[Debian, Archive]) -> None:
    """A program for aarch64 is built with a CPython that never runs here, with wheels, projects and
    markers of that machine; there, it says what plain Python says."""
    qemu, python = pythons.need_qemu("aarch64"), pythons.need("3.11")
    root, archive = debian
    wheels.make_project(space.root / "pure", "pure")
    for name in ("there", "here"):
        wheels.make_wheel(space.root / "wheels", name, "1.0")
    marked = ("there; platform_machine == 'aarch64'", "here; platform_machine == 'x86_64'")
    project(space, archive, *MARKED, *marked)
    done = space.build("--target-triple", TRIPLE)
    assert f"(standalone distribution, {archive.path.name}), for {TRIPLE}" in done.stderr
    assert "app needs glibc 2." in done.stderr
    program = (*qemu, "-L", str(root.root), str(space.outputs("app") / "app"))
    plain = subprocess.run([python, "-m", "app"], cwd=space.root, capture_output=True, check=True)
    ran = subprocess.run([*program, "more"], capture_output=True, check=True)
    first, second = ran.stdout.splitlines(keepends=True)
    assert first == plain.stdout
    assert second == b"aarch64 markupsafe._speedups there None\n"


def test_packages_that_are_not_there(space: Space, debian: tuple[Debian, Archive]) -> None:
    """Packages without a wheel for the machine are told before anything is compiled, and which
    wheels there are."""
    pythons.need("3.11")
    for tag in ("cp311-cp311-manylinux_2_17_x86_64", "cp311-cp311-musllinux_1_2_aarch64"):
        wheels.make_wheel(space.root / "wheels", "native", "1.0", tag=tag)
    project(space, debian[1], "--no-index", "--find-links", "wheels", "native")
    said = refusal(space)
    assert f"error[OX0529]: native 1.0 can't be installed for {TRIPLE} and CPython 3.11" in said
    assert "note: it has wheels for manylinux_2_17_x86_64, musllinux_1_2_aarch64" in said
    assert "compile" not in said
    assert "link the runtime" not in said


def test_machines_without_wheels(space: Space, debian: tuple[Debian, Archive]) -> None:
    """For a machine whose wheels uv doesn't know, packages are refused when it is read."""
    project(space, debian[1], "markupsafe")
    said = refusal(space, "s390x-unknown-linux-gnu")
    assert "error[OX0529]: packages can't be installed for s390x-unknown-linux-gnu" in said


def test_other_bytecode(space: Space) -> None:
    """What reads other bytecode than the CPython that would compile for it, as versions before the
    final one do, is refused."""
    said = described(target_triple=TRIPLE, python_bytecode_magic_number="00000d0a")
    archive = small(space.root / f"cpython-3.13.5+20260814-{TRIPLE}-noopt-full.tar.zst", said)
    project(space, archive)
    done = space.oxidize("build", "--target-triple", TRIPLE, env=pythons.on_path("3.13"))
    assert "error[OX0528]: the archive's CPython 3.13.5 reads other bytecode" in done.stderr


@pytest.mark.parametrize("name", ["cpython-3.14.0+20260814-{}-noopt-full.tar.zst", "any.tar.zst"])
def test_versions_that_nothing_compiles(space: Space, name: str) -> None:
    """Without a CPython of the archive's version on this machine, nothing is built, and both are
    named; also where the archive's name doesn't tell its version."""
    archive = small(space.root / name.format(TRIPLE), described(target_triple=TRIPLE))
    project(space, archive)
    env = {"PATH": "/nowhere"}
    done = space.oxidize("build", "--target-triple", TRIPLE, env=env)
    assert done.returncode != 0
    expected = "there is no CPython 3.14" if "3.14" in name else "the archive is CPython 3.13.5"
    assert f"error[OX0528]: {expected}" in done.stderr
