"""What an interpreter says of itself."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from oxidize.distributions import probe
from tests import pythons


def describe(python: Path) -> dict[str, object]:
    """What an interpreter says."""
    argv = [str(python), "-I", "-S", probe.__file__]
    said = subprocess.run(argv, capture_output=True, check=True).stdout
    return dict(json.loads(said))


@pytest.mark.parametrize("minor", pythons.MINORS)
@pytest.mark.parametrize("how", ["--symlinks", "--copies"])
def test_virtual_environments_are_their_base(minor: str, how: str, tmp_path: Path) -> None:
    """All virtual environments of one CPython, also one of another, are that CPython to a build."""
    python = pythons.need(minor)
    known = describe(python)
    for folder in ("one", "two"):
        arguments = ("-m", "venv", "--without-pip", how, tmp_path / folder)
        subprocess.run([python, *arguments], check=True)
        python = tmp_path / folder / "bin" / "python"
        assert describe(python) == known
