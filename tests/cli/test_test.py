"""`oxidize test`: which tests run, what is told of them, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oxidize.cli.main import main

HEAD = 'load("@oxidize//testing.star", "analyze", "assert_equal", "assert_fails")\n'
PASSES = HEAD + "def test_good():\n    assert_equal(1, 1)\n"
FAILS = HEAD + "def test_bad():\n    assert_equal(1, 2)\n\ndef test_good():\n    pass\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two files of tests, seen from its folder."""
    for name, text in {
        "build.star": "",
        "one_test.star": PASSES,
        "deep/er/two_test.star": FAILS,
        ".hidden/three_test.star": FAILS,
        "deep/helper.star": "def test_not_this():\n    fail()\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """What is on stdout; its last line counts."""
    main(["test", *arguments])
    return capsys.readouterr().out.splitlines()


def test_all(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without arguments, all tests run in the order of files and functions; a failure is 1."""
    assert main(["test"]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "FAILED //deep/er:two_test.star test_bad",
        "ok     //deep/er:two_test.star test_good",
        "ok     //:one_test.star test_good",
        "2 passed, 1 failed",
    ]
    assert "error[OX0832]: these values differ" in err
    assert "two_test.star:3:5" in err
    assert "call stack" not in err


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["//..."], "2 passed, 1 failed"),
        (["//deep/..."], "1 passed, 1 failed"),
        (["//deep/er"], "1 passed, 1 failed"),
        (["//:one_test.star"], "1 passed, 0 failed"),
        ([":one_test.star"], "1 passed, 0 failed"),
        (["deep/er/two_test.star", "deep"], "1 passed, 1 failed"),
        ([":test_good"], "2 passed, 0 failed"),
        (["deep", ":test_good"], "1 passed, 0 failed"),
        (["--path", "deep", ":test_bad"], "0 passed, 1 failed"),
    ],
)
def test_patterns(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], count: str
) -> None:
    """Labels, paths and names choose tests."""
    assert lines(capsys, *arguments)[-1] == count


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([":test_god"], 4, "did you mean :test_good?"),
        (["//deep"], 4, "there are no such tests"),
        (["//:on_test.star"], 2, "did you mean one_test.star?"),
        (["build.star"], 2, "is no file of tests"),
        (["/"], 2, "lies outside of the project"),
    ],
)
def test_no_such_tests(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, told: str
) -> None:
    """What names no test is told, with what may be meant; tests that aren't there are 4."""
    assert main(["test", *arguments]) == code
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def test_x(:\n", "OX0101"),
        ('load(":gone.star", "x")\ndef test_x():\n    pass\n', "OX0105"),
        ("fail('no')\ndef test_x():\n    pass\n", "OX0211"),
        ("def test_x(a, b = 1):\n    pass\n", "OX0831"),
        ("def test_x(*, a):\n    pass\n", "OX0831"),
    ],
)
def test_files_that_do_not_load(
    project: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    """A file that can't be loaded is told, and the others' tests run; the exit code is 2."""
    (project / "a_test.star").write_text(text)
    assert main(["test"]) == 2
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "FAILED //:a_test.star: it can't be loaded"
    assert out.splitlines()[-1] == "2 passed, 1 failed, 1 not loaded"
    assert f"error[{told}]" in err
    assert "a_test.star:" in err


def test_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--json gives an object for each test, and one for all."""
    events = [json.loads(line) for line in lines(capsys, "--json")]
    assert [(e["test"], e["outcome"]) for e in events[:-1]] == [
        ("test_bad", "failed"),
        ("test_good", "passed"),
        ("test_good", "passed"),
    ]
    assert events[0]["diagnostic"]["code"] == "OX0832"
    assert events[0]["diagnostic"]["title"] == "assertion doesn't hold"
    assert events[0]["diagnostic"]["span"]["line"] == 3
    assert events[-1] == {"event": "tested", "passed": 2, "failed": 1, "not_loaded": []}


def test_file_without_tests(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of tests that has none is warned of."""
    (project / "a_test.star").write_text("def tests_x():\n    pass\n")
    main(["test"])
    assert "warning: //:a_test.star has no tests" in capsys.readouterr().err


def test_isolated_and_pure(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each test begins afresh, sees the project's folder and the variables, and builds nothing."""
    (project / "deep/er/two_test.star").write_text(
        HEAD + 'def make():\n    return glob(["*_test.star"])\n\n'
        'def test_one():\n    register_target("files", make)\n'
        '    assert_equal(analyze("files").files, ["one_test.star"])\n\n'
        'def test_two():\n    assert_fails(lambda: analyze("files"), "no target")\n'
        '    register_target("files", make)\n\n'
        'def test_three():\n    assert_equal(VARS["COLOR"], "blue")\n'
    )
    assert lines(capsys, "--var", "COLOR=blue")[-1] == "4 passed, 0 failed"
    assert not (project / "build").exists()


def test_prints_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A test prints once, however often it is evaluated."""
    (project / "one_test.star").write_text(
        HEAD + "def test_print():\n    print('a')\n    assert_fails(lambda: fail('x'))\n"
        "    register_target('t', lambda: FileManifest())\n    analyze('t')\n    print('b')\n"
    )
    main(["test", ":test_print"])
    assert capsys.readouterr().err.split() == ["a", "b"]


def test_build_file_is_loaded(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A test can load the project's build file, and look at its targets."""
    (project / "build.star").write_text(
        'NAME = "app"\nregister_target(NAME, lambda: glob(["*"]))\n'
    )
    (project / "one_test.star").write_text(
        HEAD + 'load("//:build.star", "NAME")\ndef test_it():\n'
        '    assert_equal(analyze(NAME).files, ["build.star", "one_test.star"])\n'
    )
    assert lines(capsys, ":test_it")[-1] == "1 passed, 0 failed"
