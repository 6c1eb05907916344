"""`oxidize init`: what it writes, tells and refuses."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from oxidize.cli.main import main

PYPROJECT = '[project]\nname = "demo"\nversion = "1"\n[project.scripts]\ndemo = "demo:main"\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a project in it."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(PYPROJECT)
    monkeypatch.chdir(folder)
    return folder


def test_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is written, and what to do next is told."""
    assert main(["init"]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "wrote build.star: a program demo",
        "next:",
        "  oxidize build        makes demo",
        "  oxidize run -- ARGS  makes demo and runs it",
    ]
    assert 'register_target("demo", make_demo, default = True)' in Path("build.star").read_text()


def test_elsewhere(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For another folder, what to do next names it; the file of a script is beside it."""
    folder = here / "some where"
    folder.mkdir()
    (folder / "tool.py").touch()
    for source in ("some where", "some where/tool.py"):
        assert main(["init", source, "--force"]) == 0
        assert "oxidize build --path 'some where'  " in capsys.readouterr().err
    assert (folder / "build.star").exists()
    assert not (here / "build.star").exists()


def test_several(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Several scripts are several targets, unless one is named."""
    (here / "pyproject.toml").write_text(PYPROJECT + 'other = "demo:other"\nmore = "demo:more"\n')
    assert main(["init"]) == 0
    assert "  oxidize build other  makes another one of: other, more" in (capsys.readouterr().err)
    assert main(["init", "--script", "more", "--force"]) == 0
    text = Path("build.star").read_text()
    assert '"more"' in text
    assert "other" not in text


def test_shown(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--show prints what would be written, also where a file is there already."""
    assert main(["init", "--show"]) == 0
    shown = capsys.readouterr().out
    assert [each.name for each in here.iterdir()] == ["pyproject.toml"]
    assert main(["init"]) == 0
    assert Path("build.star").read_text() == shown
    assert main(["init", "--show"]) == 0
    assert capsys.readouterr().out == shown


def test_as_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs are told where the file is, and its targets."""
    assert main(["init", "--message-format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "event": "wrote",
        "path": str(here / "build.star"),
        "targets": ["demo"],
    }


def test_not_written_over(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A build.star that is there stays, unless it is forced away; a folder stays."""
    path = here / "build.star"
    path.write_text("mine")
    assert main(["init"]) == 2
    assert "write over it: --force" in capsys.readouterr().err
    assert path.read_text() == "mine"
    assert main(["init", "--force"]) == 0
    assert path.read_text() != "mine"
    path.unlink()
    path.symlink_to("nowhere")
    assert main(["init"]) == 2
    path.unlink()
    path.mkdir()
    assert main(["init", "--force"]) == 2


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["nowhere"], "there is no folder nowhere"),
        (["nothing.py"], "there is no script nothing.py"),
        (["empty"], "empty holds nothing to run"),
        (["--script", "dem"], "did you mean demo?"),
        (["--script", "demo", "--python-code", "1"], "--script and --python-code both say"),
        (["empty/x.py", "--python-code", "1"], "x.py and --python-code both say"),
        (["empty", "--python-code", "1 +"], "the code can't be run"),
        (["empty", "--pip-install", "a b"], '"a b" is not a requirement'),
        (["binary"], "pyproject.toml can't be read"),
        (["broken"], "broken/main.py:1: "),
    ],
)
def test_refused(
    here: Path, argv: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What can't become a build file is told, with exit code 2, and nothing is written."""
    for name in ("empty", "binary", "broken"):
        (here / name).mkdir()
    (here / "binary/pyproject.toml").write_bytes(b"\xff\xfe")
    (here / "broken/main.py").write_bytes(b"\x00")
    if argv[0] == "empty/x.py":
        (here / argv[0]).touch()
    before = sorted(here.rglob("*"))
    assert main(["init", *argv]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert told in captured.err
    assert sorted(here.rglob("*")) == before


def test_name_that_is_no_text(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A script whose name isn't UTF-8 is refused."""
    name = os.fsdecode(b"caf\xe9-x.py")
    Path(name).touch()
    assert main(["init", name]) == 2
    assert "isn't UTF-8" in capsys.readouterr().err


def test_no_permission(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nothing can be written, that is told with the file's path, and with exit code 36."""
    monkeypatch.chdir("/proc")
    assert main(["init", "--python-code", "1"]) == 36
    assert "can't write build.star" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, False),
        ({".gitignore": "*.pyc\n"}, True),
        ({".gitignore": "*.pyc\n/build/\n"}, False),
        ({"../.git/HEAD": ""}, True),
        ({"../.git/HEAD": "", "../.gitignore": "build\n"}, False),
        ({"../../.gitignore": "build\n", "../.git/HEAD": ""}, True),
    ],
)
def test_version_control(
    here: Path, files: dict[str, str], told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """Under version control that doesn't ignore what is built, that is told."""
    for name, text in files.items():
        path = here / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert main(["init"]) == 0
    assert ("add build/ to .gitignore" in capsys.readouterr().err) == told
