"""The C reader of containers, under AddressSanitizer and UBSan."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from oxidize.paths import runtime_folder
from oxidize.resources.writer import write_container
from tests import pythons
from tests.resources.samples import SMALL
from tests.runtime.building import SANITIZE

SOURCE = Path(__file__).with_name("container_probe.c")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The walking program."""
    out = tmp_path_factory.mktemp("reader") / "probe"
    runtime = runtime_folder()
    flags = ("-std=c11", "-O1", "-g", "-Wall", "-Wextra", "-Werror", *SANITIZE)
    sources = (SOURCE, runtime / "container.c")
    gcc = pythons.need_tool("gcc")
    subprocess.run([gcc, *flags, f"-I{runtime}", *sources, "-o", out], check=True)
    return out


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """A small container with one of everything."""
    path = tmp_path / "container"
    with path.open("w+b") as out:
        write_container(SMALL, out)
    return path


def walk(reader: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    words = [str(reader), *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_reads_what_was_written(reader: Path, container: Path) -> None:
    """Every module, file, blob and setting that Python wrote is found, by hash and by order."""
    done = walk(reader, container)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "5 modules, 5 files, 9 blobs, 4 settings\n"


@pytest.mark.parametrize("seed", range(4))
def test_damage_never_reads_outside(reader: Path, container: Path, seed: int) -> None:
    """No damage or truncation makes the reader touch a byte outside the container."""
    done = walk(reader, container, seed, 50_000)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_container(reader: Path, tmp_path: Path) -> None:
    """Other bytes are refused by name."""
    path = tmp_path / "other"
    path.write_bytes(b"#!/bin/sh\n" * 20)
    done = walk(reader, path)
    assert (done.returncode, done.stderr) == (1, "not a container\n")
