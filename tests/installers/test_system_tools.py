"""Programs of the system that installers are made with: found, or told how they are installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from oxidize.installers.system_tools import XORRISO, MissingTool, SystemTool
from tests.e2e.space import Space

DISK = """
load("@oxidize//installers.star", "dmg_image", "menu_entry", "product")

def make():
    files = FileManifest()
    files.add_file(FileContent(filename = "notes", content = "", executable = True))
    notes = product("Notes", "1.0", "Example", "Notes", menu = menu_entry())
    return dmg_image(files, notes)

register_target("disk", make)
"""


def program(folder: Path, name: str, text: str) -> None:
    """A program of the system."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize("said", ["echo 'frob, version 4.5.1 (2022)'", "echo v4.5.1 >&2; exit 1"])
def test_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """A program tells its version in its own words."""
    program(tmp_path / "bin", "frob", said)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert SystemTool("frob", "MIT", "frobs").version() == "4.5.1"


@pytest.mark.parametrize("text", ["echo hello", "exit 3"])
def test_without_a_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A program that tells none is none."""
    program(tmp_path / "bin", "frob", text)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(MissingTool, match="doesn't say which version it is"):
        SystemTool("frob", "MIT", "frobs").version()


@pytest.mark.parametrize(
    ("manager", "command"),
    [("apt-get", "sudo apt install xorriso"), ("dnf", "sudo dnf install xorriso")],
)
def test_how_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manager: str, command: str
) -> None:
    """The command is that of the system's own package manager."""
    program(tmp_path / "bin", manager, "")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(MissingTool, match="xorriso isn't installed") as caught:
        XORRISO.find()
    assert caught.value.help == command


def test_missing(tmp_path: Path) -> None:
    """A build that lacks one fails at the call that needs it, before anything is built."""
    program(tmp_path / "bin", "apt-get", "")
    space = Space(tmp_path, tmp_path / "cache")
    space.write("build.star", DISK)
    done = space.oxidize("build", env={"PATH": str(tmp_path / "bin")})
    assert done.returncode == 2
    assert done.stdout == ""
    assert "error[OX1121]: xorriso isn't installed, which makes disk images" in done.stderr
    assert " --> build.star:8:12" in done.stderr
    assert "help: sudo apt install xorriso" in done.stderr
