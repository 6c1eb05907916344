"""The checker as a whole: which files, which findings, in which order."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from attrs import evolve

from oxidize.cli.render import render_text
from oxidize.errors import UsageError
from oxidize.objects.library import Library
from oxidize.objects.settings import Settings
from oxidize.starlark.check.checker import Report, check
from oxidize.starlark.check.files import files_of
from oxidize.starlark.project_file import read_project_file
from tests.failing.test_failing import FOLDERS
from tests.starlark.project import HELLO, Project
from tests.starlark.test_session import watched

ROOT = Path(__file__).parents[3]
TRIPLE = "x86_64-unknown-linux-gnu"


def libraries(root: Path) -> Mapping[str, Library]:
    return read_project_file(root, root / "fetched")


def checked(project: Project, *paths: str) -> Report:
    found = files_of([project.folder / path for path in paths or ("",)])
    return check(found, project.settings(), libraries, project.printed.append)


def codes(report: Report) -> list[tuple[str, int, str]]:
    """(file, line, code) of the findings, in their order."""
    return [
        (Path(each.span.file).name, each.span.line, each.code) if each.span else ("", 0, each.code)
        for each in report.findings
    ]


def test_no_false_alarms() -> None:
    """Nothing is found in the samples, the rule library and the tests' own program."""
    settings = Settings(ROOT / "build.star", TRIPLE, TRIPLE, False, sys.executable)
    paths = [ROOT / "samples", ROOT / "stdlib_rules", ROOT / "tests" / "e2e" / "app"]
    report = check(files_of(paths), settings, libraries, lambda text: None)
    assert [render_text(each, color=False) for each in report.findings] == []
    assert report.files >= 7


@pytest.mark.parametrize(
    "folder",
    [
        each
        for each in FOLDERS
        # Targets that are asked for; and a check gives that error a place.
        if not (each / "targets.txt").exists() and each.name != "target-none"
    ],
    ids=lambda folder: folder.name,
)
def test_what_a_build_refuses_is_found(folder: Path) -> None:
    """Whatever load and analysis of a build refuse, the check tells in the same words."""
    settings = Settings(folder / "build.star", TRIPLE, TRIPLE, False, sys.executable)
    settings = evolve(settings, host_python_version="3.11")
    if (other := folder / "triple.txt").exists():
        settings = evolve(settings, triple=other.read_text().strip())
    report = check(files_of([folder]), settings, libraries, lambda text: None)
    texts = [render_text(each, color=False, base=folder) for each in report.findings]
    shown = [text.replace(f"{folder}{os.sep}", "").replace(str(folder), ".") for text in texts]
    assert (folder / "expected.txt").read_text(encoding="utf-8") in shown


def test_all_targets_are_analysed(project: Project) -> None:
    """The error of each target is told; one that depends on a failed target has none of its own."""
    project.write(
        "build.star",
        """
        def make(name):
            return default_python_distribution().to_python_executable(name = name)

        register_target("late", lambda bad: bad.to_installer("zip"), depends = ["bad"])
        register_target("bad", lambda: make("a/b"))
        register_target("good", lambda: make("good"))
        register_target("worse", lambda: fail("worse"))
        register_target("other", lambda good: make(""), depends = ["good"])
        """,
    )
    assert codes(checked(project)) == [
        ("build.star", 3, "OX0214"),
        ("build.star", 3, "OX0214"),
        ("build.star", 8, "OX0211"),
    ]


def test_other_triples_are_told_as_such(project: Project) -> None:
    """A target for a system that this machine has no distribution for says just that."""
    project.write(
        "build.star",
        'register_target("a", lambda: default_python_distribution(\n'
        '    build_target = "aarch64-pc-windows-msvc"\n'
        ").to_python_executable(name = 'a'))\n",
    )
    assert codes(checked(project)) == [("build.star", 2, "OX0501")]


def test_all_files_of_a_project(project: Project) -> None:
    """Errors of all files are told by file and place, whether loaded or not; syntax errors, too."""
    project.write("build.star", 'load("//rules:used.star", "used")\nused()\n')
    project.write(
        "rules/used.star", '"""Used."""\n\ndef used():\n    """Does."""\n    FileManifest(1)\n'
    )
    project.write("rules/broken.star", "def broken(:\n    pass\n")
    project.write("rules/unused.star", '"""Unused."""\nWRONG = glob(1)\nload(":gone.star", "x")\n')
    project.write(".hidden/a.star", "(")
    project.write("build/debug/a.star", "(")
    report = checked(project)
    assert report.files == 4
    assert [each for each in codes(report) if each[2] < "OX1000"] == [
        ("broken.star", 1, "OX0101"),
        ("unused.star", 2, "OX0201"),
        ("used.star", 5, "OX0204"),
    ]


def test_named_files_only(project: Project) -> None:
    """With paths, those files and folders are checked; labels still start at the project."""
    project.write("build.star", 'fail("not asked for")\n')
    project.write("rules/a.star", '"""A."""\n\nload("//rules:b.star", "b")\n\nA = b\n')
    project.write("rules/b.star", '"""B."""\n\nb = FileManifest().nothing\n')
    assert codes(checked(project, "rules/a.star")) == [("b.star", 3, "OX0205")]
    assert checked(project, "rules", "rules/b.star").files == 2
    with pytest.raises(UsageError, match="there is no file or folder"):
        checked(project, "ruels")


def test_types_cross_files(project: Project) -> None:
    """What a function of a loaded file returns is known, under whichever name it is loaded."""
    project.write(
        "rules.star",
        '"""Rules."""\n\ndef make():\n    """Makes.\n\n    Returns:\n        It.\n    """\n'
        '    return default_python_distribution().to_python_executable(name = "a")\n',
    )
    project.write(
        "build.star",
        """
        load(":rules.star", program = "make")

        def _never(flag: bool):
            if flag:
                program().instal()
            program(1)
            return program().to_installer(3)

        register_target("a", program)
        print(_never)
        """,
    )
    assert codes(checked(project)) == [
        ("build.star", 6, "OX0205"),
        ("build.star", 7, "OX0204"),
        ("build.star", 8, "OX0201"),
    ]


def test_rules_in_a_hidden_folder(project: Project) -> None:
    """What loading a file of rules ends with is found wherever the file is."""
    text = '"""Rules."""\n\nA = [1][2]\n'
    for path in ("r.star", "a.b/r.star", ".hidden/r.star"):
        project.write(path, text)
        assert codes(checked(project, path)) == [("r.star", 3, "OX0217")]


def test_files_that_load_each_other(project: Project) -> None:
    """A circle of loads is told as such, and ends."""
    project.write("build.star", 'load(":a.star", "a")\na()\n')
    project.write("a.star", '"""A."""\n\nload(":b.star", "b")\n\na = b\n')
    project.write("b.star", '"""B."""\n\nload(":a.star", "a")\n\nb = a\n')
    assert {code for *_, code in codes(checked(project))} == {"OX0106"}


def test_tests_load_the_build_file(project: Project) -> None:
    """A test that loads the project's build file, for its targets, is neither a circle nor a load
    that nothing uses."""
    project.write("build.star", HELLO)
    load = 'load("//:build.star", "make_hello")\n'
    project.write("build_test.star", load + "def test_a():\n    pass\n")
    assert codes(checked(project, ".")) == []


def test_a_check_only_reads(project: Project) -> None:
    """A check starts no process, uses no socket and opens no file for writing."""
    project.write("build.star", HELLO)
    project.write("rules.star", '"""Rules."""\n\nA = 1\n')
    checked(project)  # imports what is imported late
    with watched() as events:
        report = checked(project)
    assert report.findings == ()
    assert "open" in {event for event, _ in events}
    assert {event for event, _ in events} <= {"open", "os.listdir", "os.scandir", "os.walk"}
    assert all(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) == 0 for _, flags in events)


def test_a_build_file_without_targets(project: Project) -> None:
    """A build file that registers no target is found, at its beginning."""
    project.write("build.star", "\n")
    assert codes(checked(project)) == [("build.star", 1, "OX0306")]
