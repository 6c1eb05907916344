"""`oxidize check` and `oxidize targets` as commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oxidize.cli.main import main
from tests.starlark.conftest import project as project
from tests.starlark.project import HELLO, Project

_RULES = """\
'''Rules.'''

def rule(name):
    '''Does nothing.

    Args:
        name: Of it.
    '''
"""


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(argv)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_nothing_is_wrong(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Without findings the exit code is 0, and only the count is told."""
    project.write("build.star", HELLO)
    assert run(capsys, "check", "--path", str(project.folder / "hello")) == (
        0,
        "",
        "checked 1 file, 0 errors, 0 warnings\n",
    )


def test_warnings(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Warnings don't fail a check unless it is strict; -q leaves them out."""
    project.write("rules.star", _RULES + "    unused = name\n")
    rules = str(project.folder / "rules.star")
    code, out, err = run(capsys, "check", rules)
    assert (code, err) == (0, "checked 1 file, 0 errors, 1 warning\n")
    assert out.startswith('warning[OX1002]: "unused" is never used (unused-variable)\n')
    assert "9 |     unused = name\n  |     ^^^^^^\n" in out
    assert run(capsys, "check", "-q", rules) == (0, "", "")
    assert run(capsys, "check", "--strict", rules)[0] == 2


def test_findings_for_programs(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """In JSON, each finding is one line on stdout, and so is the count."""
    project.write("build.star", HELLO)
    project.write("rules.star", _RULES + "    unused = FileManifest().nothing\n")
    code, out, err = run(capsys, "check", "--message-format", "json", "--path", str(project.folder))
    warning, error, count = map(json.loads, out.splitlines())
    assert (code, err) == (2, "")
    assert (warning["severity"], warning["code"]) == ("warning", "OX1002")
    assert (error["severity"], error["code"], error["span"]["line"]) == ("error", "OX0205", 9)
    assert count == {"event": "checked", "files": 2, "errors": 1, "warnings": 1}


def test_variables_reach_the_build_file(
    project: Project,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """--var and --target-triple are what the build file sees."""
    project.write("build.star", HELLO + '\n    VARS["needed"].strip()\n')
    path = str(project.folder)
    assert run(capsys, "check", "--path", path)[0] == 2
    assert run(capsys, "check", "--path", path, "--var", "needed=1")[0] == 0
    triple = ("--target-triple", "aarch64-pc-windows-msvc")
    code, out, _ = run(capsys, "check", "--path", path, "--var", "needed=1", *triple)
    assert (code, "error[OX0501]" in out) == (2, True)


def test_a_rule_library(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of rules without a build file is checked like a project."""
    (tmp_path / "rules.star").write_text(_RULES + "    unused = name\n")
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "check")
    assert (code, err) == (0, "checked 1 file, 0 errors, 1 warning\n")
    assert " --> rules.star:9:5\n" in out


def test_a_path_that_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    """A path that doesn't exist is an error of the command line."""
    code, _, err = run(capsys, "check", "no/such/place")
    assert (code, "there is no file or folder no/such/place" in err) == (2, True)


_TARGETS = '''
load("@oxidize//python_application.star", "python_application")

def mac():
    """For another system.

    More of it.
    """
    return default_python_distribution(build_target = "aarch64-apple-darwin")

python_application("app", module = "hello", packages = ["hello"])
register_target("mac", mac)
register_target(
    VARS["last"],
    fn = lambda app: app.to_file_manifest("."),
    depends = ["app"],
)
'''


def test_targets_for_people(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Targets are listed with the default's mark, type, place, dependencies and docstring."""
    project.write("build.star", _TARGETS)
    given = ("targets", "--path", str(project.folder), "--var", "last=files")
    assert run(capsys, *given)[1].splitlines() == [
        "* app         PythonExecutable  build.star:11",
        "  app-tar.gz  Installer         build.star:11  needs app",
        "  mac         ?                 build.star:12             For another system.",
        "  files       FileManifest      build.star:13  needs app",
    ]
    assert run(capsys, *given, "--names")[1] == "app\napp-tar.gz\nmac\nfiles\n"


@pytest.mark.parametrize("form", [["--json"], ["--message-format", "json"]])
def test_targets_for_programs(
    form: list[str],
    project: Project,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In JSON, the targets are one document, in one line if all that is said has to be."""
    path = project.write("build.star", _TARGETS)
    given = ("targets", "--path", str(project.folder), "--var", "last=files", *form)
    out = run(capsys, *given)[1]
    assert (out.count("\n") == 1) == ("--message-format" in form)
    document = json.loads(out)
    assert (document["format"], document["build_file"], document["default"]) == (
        1,
        str(path),
        "app",
    )
    assert document["targets"][2] == {
        "name": "mac",
        "type": None,
        "depends": [],
        "doc": "For another system.",
        "file": str(path),
        "line": 12,
        "column": 1,
    }
    assert [each["depends"] for each in document["targets"]] == [[], ["app"], [], ["app"]]


def test_no_targets(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A build file without targets has an empty list, and says so to people."""
    project.write("build.star", "")
    given = ("targets", "--path", str(project.folder))
    assert run(capsys, *given) == (0, "", "build.star registers no target\n")
    assert json.loads(run(capsys, *given, "--json")[1])["targets"] == []


def test_a_build_file_that_fails(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Without its variable the build file can't be loaded: that is told, with the way out."""
    project.write("build.star", _TARGETS)
    code, out, err = run(capsys, "targets", "--path", str(project.folder), "--names")
    assert (code, out) == (2, "")
    assert "give it with --var last=VALUE" in err
