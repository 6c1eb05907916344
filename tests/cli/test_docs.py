"""`oxidize docs`: the reference pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from oxidize.cli.main import main
from oxidize.starlark.reference import reference_pages


def test_all_pages_into_a_folder(tmp_path: Path) -> None:
    """All pages are written, and nothing else."""
    assert main(["docs", "-o", str(tmp_path / "docs"), "-q"]) == 0
    written = {path.name: path.read_text() for path in (tmp_path / "docs").iterdir()}
    assert written == reference_pages()


@pytest.mark.parametrize("name", ["PythonExecutable", "PythonExecutable.md"])
def test_one_page(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One page is printed on stdout as it is."""
    assert main(["docs", name]) == 0
    assert capsys.readouterr().out == reference_pages()["PythonExecutable.md"]


def test_unknown_page(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown page is refused with the nearest one."""
    assert main(["docs", "PythonExecutabel"]) == 2
    assert "did you mean PythonExecutable?" in capsys.readouterr().err
