"""`oxidize analyze` of files that others built; tests/e2e has it of programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from oxidize.cli.main import main

LS = Path("/bin/ls").resolve()


def document(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    assert main(["analyze", "--json", *map(str, arguments)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """The verdict comes first, then the libraries with where they are from, then releases."""
    assert main(["analyze", str(LS)]) == 0
    title, verdict, *rest = capsys.readouterr().out.splitlines()
    assert title.startswith("ls: ")
    assert verdict.startswith("  needs glibc 2.")
    assert "  library          libc.so.6: glibc" in rest
    assert any(line.startswith("  Debian ") for line in rest)


def test_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """The document says the same as the text."""
    found = document(capsys, LS)
    (binary,) = found["binaries"]
    assert found["needs"] == binary["needs"]
    assert found["verdict"].startswith(f"needs glibc {found['needs']['GLIBC']} or newer")
    assert {"name": "libc.so.6", "part_of": "glibc", "delayed": False} in binary["libraries"]
    assert (found["carries"], found["exceeding"], found["size"]) == (None, [], LS.stat().st_size)


def test_limits(capsys: pytest.CaptureFixture[str]) -> None:
    """A file within the limit passes; one beyond it fails, and the symbols are named."""
    newest = document(capsys, LS)["needs"]["GLIBC"]
    assert main(["analyze", str(LS), "--max-glibc", newest]) == 0
    assert capsys.readouterr().err == ""
    assert main(["analyze", str(LS), "--max-glibc", "2.2", "--json"]) == 1
    out, err = capsys.readouterr()
    assert f"error[OX0606]: {LS} needs a newer system than glibc 2.2\n" in err
    (exceeding,) = json.loads(out)["exceeding"]
    assert exceeding["needs"] == {"GLIBC": newest}
    assert f"note: the executable needs {newest}: {exceeding['symbols'][0]}" in err
    assert exceeding["symbols"][0].endswith(f"@GLIBC_{newest}")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([LS, "--max-macos", "11.0"], "OX0823"),
        ([LS, "--max-glibc", "new"], "OX0803"),
        ([LS, "--max-glibc", ""], "OX0803"),
        (["/nonexistent"], "OX0602"),
        (["/"], "OX0602"),
        (["/dev/zero"], "OX0602"),
        ([__file__], "OX0604"),
    ],
)
def test_refused(
    arguments: list[str | Path], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Limits of another system, no versions and other files are refused; so is what has no end."""
    assert main(["analyze", *map(str, arguments)]) == 2
    out, err = capsys.readouterr()
    assert err.startswith(f"error[{code}]: ")
    assert out == ""


def test_damaged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Half of a file is refused."""
    half = tmp_path / "half"
    half.write_bytes(LS.read_bytes()[: LS.stat().st_size // 2])
    assert main(["analyze", str(half)]) == 2
    assert f"error[OX0605]: {half}: damaged: " in capsys.readouterr().err
