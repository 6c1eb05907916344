"""Wheels that carry programs: pip installs them, and what they promise of systems holds."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.utils import parse_wheel_filename

from tests.e2e.space import Space

BUILD = """
load("@oxidize//installers.star", "product", "program_wheel")

def notes():
    return product(
        "Field Notes",
        "1.2.0",
        publisher = "Jörg Example",
        summary = "Takes notes, für alle",
        description = "First.",
        licence = "MIT",
        url = "https://example.org",
    )

def make():
    dist = default_python_distribution()
    config = dist.make_python_interpreter_config(run_module = "notes")
    exe = dist.to_python_executable(name = "notes", config = config)
    exe.add_python_resources(exe.read_package_root(path = CWD, packages = ["notes"]))
    return exe

def manifest(app):
    files = app.to_file_manifest(".")
    files.add_file(FileContent(filename = "beside.txt", content = ""))
    return program_wheel(files, notes())

TAG = VARS.get("tag", "")
register_target("app", make)
register_target("wheel", lambda app: program_wheel(app, notes(), platform = TAG), depends = ["app"])
register_target("more", manifest, depends = ["app"])
"""


@pytest.fixture
def notes(space: Space) -> Space:
    """The project."""
    space.write("build.star", BUILD)
    space.write("notes.py", "import sys\nprint('notes', *sys.argv[1:])\n")
    return space


def tag_of_this_system() -> str:
    """What a program that was linked with this machine's glibc may promise."""
    number = platform.libc_ver()[1].replace(".", "_")
    return f"manylinux_{number}_{platform.machine()}"


def tags_in(wheel: Path) -> set[str]:
    """The tags that a wheel says inside."""
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (each for each in archive.namelist() if each.endswith(".dist-info/WHEEL"))
        lines = archive.read(path).decode().splitlines()
    return {line.removeprefix("Tag: ") for line in lines if line.startswith("Tag: ")}


def test_installed(notes: Space, tmp_path: Path) -> None:
    """pip installs the wheel, whose command is the program, and removes all of it."""
    tag = tag_of_this_system()
    notes.build("wheel", "--var", f"tag={tag}")
    (wheel,) = notes.root.glob("build/*/debug/wheel/*.whl")
    assert wheel.name == f"field_notes-1.2.0-py3-none-{tag}.whl"
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    before = {*(tmp_path / "venv").rglob("*")}
    pip = (python, "-m", "pip", "--disable-pip-version-check")
    subprocess.run([*pip, "install", "--no-index", wheel], check=True)
    said = subprocess.run(
        [python.with_name("notes"), "ö"], capture_output=True, text=True, check=True
    )
    assert said.stdout == "notes ö\n"
    shown = subprocess.run(
        [*pip, "show", "field-notes"], capture_output=True, text=True, check=True
    )
    told = {"Version: 1.2.0", "Summary: Takes notes, für alle", "Author: Jörg Example"}
    assert told <= set(shown.stdout.splitlines())
    subprocess.run([*pip, "uninstall", "--yes", "field-notes"], check=True)
    left = {path for path in {*(tmp_path / "venv").rglob("*")} - before if path.suffix != ".pyc"}
    assert {path for path in left if path.name != "__pycache__"} == set()


def test_metadata(notes: Space) -> None:
    """Indexes find what they show, and the licences of all that the program holds."""
    notes.build("wheel", "--var", f"tag={tag_of_this_system()}")
    (wheel,) = notes.root.glob("build/*/debug/wheel/*.whl")
    with zipfile.ZipFile(wheel) as archive:
        info = "field_notes-1.2.0.dist-info"
        lines = archive.read(f"{info}/METADATA").decode().splitlines()
        assert archive.read(f"{info}/licenses/LICENCES").startswith(b"This program contains")
    assert {"Metadata-Version: 2.4", "License-Expression: MIT", "Author: Jörg Example"} <= set(
        lines
    )
    assert lines[-1] == "First."


def test_promise(notes: Space) -> None:
    """A program that needs more than its tags promise, the old ones by name or one of several, is
    refused, with the right tag."""
    machine, own = platform.machine(), tag_of_this_system()
    found = None
    for tags in ("", f"manylinux2014_{machine}", f"{own}.manylinux_2_17_{machine}"):
        done = notes.oxidize("build", "wheel", "--var", f"tag={tags}")
        assert done.returncode == 1
        assert "error[OX1109]: the program needs glibc 2." in done.stderr
        found = re.search(r'help: platform = "(\w+)"', done.stderr)
    assert found
    notes.build("wheel", "--var", f"tag={own}.{found[1]}")
    (wheel,) = notes.root.glob("build/*/debug/wheel/*.whl")
    assert tags_in(wheel) == {str(tag) for tag in parse_wheel_filename(wheel.name)[3]}


def test_files_beside(notes: Space) -> None:
    """Files beside the program are refused before anything is built."""
    done = notes.oxidize("build", "more")
    assert done.returncode == 2
    assert 'error[OX1109]: a wheel has one program, and no place for "beside.txt"' in done.stderr


def test_the_same_bytes(notes: Space) -> None:
    """A wheel that is made again, under other conditions, has the same bytes."""
    done = notes.oxidize("verify", "wheel", "--var", f"tag={tag_of_this_system()}")
    assert done.returncode == 0, done.stderr
    assert "1 file, the same in both builds" in done.stdout + done.stderr
