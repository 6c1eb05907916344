"""The samples, built for both architectures of macOS with a CPython of the catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from oxidize.binary.embed import find_payload
from oxidize.resources.native_files import native_files
from oxidize.resources.reader import Container
from tests import pythons
from tests.binary.macho import check_layout, parsed, wrong_pages
from tests.distributions.archives import Archive
from tests.distributions.panda import TRIPLES, VERSIONS
from tests.e2e.macos_programs import check_libraries, check_symbols, project
from tests.e2e.space import REPOSITORY, Space

Pandas = Callable[[str], Mapping[str, Archive]]
SAMPLES = {"hello": "hello", "cli": "rich", "science": "numpy"}
# Functions of libSystem that macOS 11.0 hasn't.
TOO_NEW = {"_dup3", "_mkfifoat", "_mknodat", "_pipe2", "_strchrnul"}


@pytest.mark.parametrize("flavour", ["debug", "release"])
@pytest.mark.parametrize("triple", TRIPLES)
@pytest.mark.parametrize("sample", SAMPLES)
def test_sample(
    sample: str,
    triple: str,
    flavour: str,
    panda: Mapping[str, Archive],
    shared_cache: Path,
    tmp_path: Path,
) -> None:
    """A sample becomes a program for macOS, whole and signed, that has its packages."""
    space = Space(tmp_path / sample, shared_cache)
    env = {"OXIDIZE_CONFIG_DIR": str(tmp_path / "config")}
    space.copy(REPOSITORY / "samples" / sample)
    imported = space.oxidize("distribution", "import", panda[triple].path, env=env)
    assert imported.returncode == 0, imported.stderr
    words = ["--release"] if flavour == "release" else []
    done = space.oxidize("build", *words, "--target-triple", triple, env=env)
    assert done.returncode == 0, done.stderr
    assert "needs macOS 11.0 or newer" in done.stderr
    (program,) = _programs(space.root, sample, triple, flavour)
    _check(space, program, SAMPLES[sample], triple)


def test_from_sources(all_sources: Path, shared_cache: Path, tmp_path: Path) -> None:
    """A CPython that was built from sources makes programs that are whole and signed; its libpython
    is signed and needs the system alone, no newer one than it says."""
    triple = "aarch64-apple-darwin"
    space = Space(tmp_path / "hello", shared_cache)
    env = {"OXIDIZE_CONFIG_DIR": str(tmp_path / "config"), **pythons.on_path("3.13")}
    space.copy(REPOSITORY / "samples" / "hello")
    text = (space.root / "build.star").read_text()
    which = 'default_python_distribution(python_version = "3.13")'
    space.write("build.star", text.replace("default_python_distribution()", which))
    words = ("--python", "3.13", "--target-triple", triple, "--sources", all_sources, "--offline")
    made = space.oxidize("distribution", "build", *words, env=env)
    assert made.returncode == 0, made.stderr
    done = space.oxidize("build", "--target-triple", triple, env=env)
    assert done.returncode == 0, done.stderr
    assert "needs macOS 11.0 or newer" in done.stderr
    (program,) = _programs(space.root, "hello", triple, "debug")
    _check(space, program, "hello", triple)
    files = native_files(Container(find_payload(program.read_bytes())).resources())
    (python,) = (bytes(each.data) for each in files if "libpython" in each.path)
    assert wrong_pages(python) == []
    binary = parsed(python)
    needed = [each.name for each in binary.libraries if each.command.name != "ID_DYLIB"]
    assert needed == ["/usr/lib/libSystem.B.dylib"]
    assert binary.build_version is not None
    assert binary.build_version.minos[:2] == [11, 0]
    imported = {str(each.name) for each in binary.imported_symbols}
    assert imported.isdisjoint(TOO_NEW)


@pytest.mark.parametrize("triple", TRIPLES)
@pytest.mark.parametrize("minor", ["3.12", "3.13"])
def test_other_pythons(minor: str, triple: str, pandas: Pandas, space: Space) -> None:
    """A program of each CPython is whole, signed, and carries all that its libraries look for."""
    machine, archive = triple.partition("-")[0], pandas(minor)[triple]
    project(space, {triple: archive}, "numpy>=2.1", "markupsafe==3.0.3")
    done = space.oxidize("build", env=pythons.on_path(minor))
    assert done.returncode == 0, done.stderr
    program = space.outputs(machine) / "app"
    assert "needs macOS 11.0 or newer" in done.stderr
    check_layout(program.read_bytes())
    assert wrong_pages(program.read_bytes()) == []
    said = json.loads(space.oxidize("inspect", "--json", program).stdout)
    assert said["about"]["python"] == VERSIONS[minor]
    assert {"markupsafe._speedups", "numpy.linalg._umath_linalg"} <= set(said["modules"])
    check_libraries(program, machine)
    check_symbols(program, minor)


@pytest.mark.parametrize("triple", TRIPLES)
def test_same_bytes(
    triple: str, panda: Mapping[str, Archive], shared_cache: Path, tmp_path: Path
) -> None:
    """Built twice under unlike conditions, a program for macOS has the same bytes."""
    space = Space(tmp_path / "hello", shared_cache)
    env = {"OXIDIZE_CONFIG_DIR": str(tmp_path / "config")}
    space.copy(REPOSITORY / "samples" / "hello")
    space.oxidize("distribution", "import", panda[triple].path, env=env)
    done = space.oxidize("verify", "--target-triple", triple, env=env)
    assert done.returncode == 0, done.stderr
    assert "the same in both builds" in done.stderr


def _check(space: Space, program: Path, module: str, triple: str) -> None:
    check_layout(program.read_bytes())
    assert wrong_pages(program.read_bytes()) == []
    said = json.loads(space.oxidize("inspect", "--json", program).stdout)
    assert module in said["modules"]
    assert said["about"]["triple"] == triple


def _programs(root: Path, name: str, triple: str, flavour: str) -> list[Path]:
    return list(root.glob(f"build/{triple}/{flavour}/*/{name}"))
