"""Installed CPythons: which one a version stands for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from oxidize.cli.installed_python import installed_python


def command(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    path.touch(mode=0o755)
    return path


@pytest.fixture
def on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder before which there is nothing but shims on PATH."""
    folders = (tmp_path / "manager" / "shims", tmp_path / "bin")
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, folders)))
    return tmp_path


def test_command(on_path: Path) -> None:
    """The command of that name is it."""
    assert installed_python("3.13") is None
    found = command(on_path / "bin" / "python3.13")
    assert installed_python("3.13") == found
    found.chmod(0o644)
    assert installed_python("3.13") is None


@pytest.mark.parametrize("place", ["versions", "installs/python"])
def test_managers_of_versions(on_path: Path, place: str) -> None:
    """A command that runs whatever is selected stands for the newest that its manager has."""
    shim = command(on_path / "manager" / "shims" / "python3.13")
    assert installed_python("3.13") == shim
    for version in ("3.13.2", "3.13.10", "3.12.11"):
        command(on_path / "manager" / place / version / "bin" / "python3.13")
    assert installed_python("3.13") == on_path / "manager" / place / "3.13.10/bin/python3.13"
