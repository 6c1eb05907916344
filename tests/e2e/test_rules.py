"""The rules of @oxidize, built and run."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

import pytest

from tests import pythons
from tests.e2e.space import Space, run
from tests.packages import wheels

LOADS = "".join(
    f'load("@oxidize//{name}.star", "{name}")\n'
    for name in ("python_application", "wheel_cli", "file_bundle", "python_matrix")
)
# Prints package data, a file beside the program, and what its children give back.
CLI = """
import multiprocessing, pathlib, sys
from importlib.resources import files

def double(n):
    return 2 * n

def main():
    print(files("tool").joinpath("data/logo.txt").read_text(), sys.argv[1:])
    beside = pathlib.Path(sys.executable).with_name("settings.ini")
    print(beside.read_text() if beside.exists() else "no settings")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(double, [1, 2]))
    return 3
"""
OUTPUT = "a logo ['x']\n{}\n[2, 4]\n"
SCRIPTS = """
[project.scripts]
my-tool = "mine:main"
other = "mine:other"
"""


@pytest.fixture
def rules(space: Space) -> Space:
    """A package with data and settings elsewhere, and a wheelhouse with a tool."""
    space.write("src/tool/__init__.py", "")
    space.write("src/tool/cli.py", CLI)
    space.write("assets/logo.txt", "a logo")
    space.write("settings.ini", "settings")
    greet = "import sys\ndef greet():\n    print('hello', *sys.argv[1:])\n"
    wheels.make_wheel(
        space.root / "house",
        "greeting",
        "1.0",
        {"greeting.py": greet},
        scripts={"greet": "greeting:greet", "greet-all": "greeting:all"},
    )
    return space


def build(space: Space, text: str, *targets: str) -> None:
    space.write("build.star", LOADS + text)
    space.build("--offline", "--wheelhouse", "house", *targets)


def test_application(rules: Space, empty: Path) -> None:
    """An entry point runs with package data inside and files beside it, from its archive too;
    children of multiprocessing don't run it again."""
    text = """python_application(
    "tool",
    entry_point = "tool.cli:main",
    path = "src",
    package_data = {"tool/data": [glob(["assets/*"], strip_prefix = "assets")]},
    files_beside = ["settings.ini"],
)
"""
    build(rules, text, "tool", "tool-tar.gz")
    done = run(rules.outputs("tool") / "tool", "x")
    assert done.stdout.decode() == OUTPUT.format("settings"), done.stderr.decode()
    assert done.returncode == 3
    (archive,) = rules.outputs("tool-tar.gz").iterdir()
    with tarfile.open(archive) as opened:
        assert opened.getnames() == ["tool/LICENCES", "tool/settings.ini", "tool/tool"]
        opened.extractall(empty, filter="data")
    assert run(empty / "tool/tool", "x").stdout.decode() == OUTPUT.format("settings")
    shutil.move(empty / "tool/tool", empty / "alone")
    assert run(empty / "alone", "x").stdout.decode() == OUTPUT.format("no settings")


def test_project_and_script(rules: Space) -> None:
    """A project runs the script named like the application; a script file has its dependencies."""
    project = wheels.make_project(rules.root / "my", "mine", requires=["greeting"])
    with (project / "pyproject.toml").open("a") as file:
        file.write(SCRIPTS)
    code = "import greeting\ndef main():\n    greeting.greet()\ndef other():\n    return 'other'\n"
    rules.write("my/mine.py", code)
    head = '# /// script\n# dependencies = ["greeting"]\n# ///\nimport beside, greeting\n'
    rules.write("scripts/run.py", head + "beside.note()\ngreeting.greet()\n")
    rules.write("scripts/beside.py", "def note():\n    print('beside')\n")
    text = """
python_application("my-tool", project = "my")
python_application("other", project = "./my")
python_application("run", script_file = "scripts/run.py", packages = ["beside"])
"""
    build(rules, text, "my-tool", "other", "run")
    assert run(rules.outputs("my-tool") / "my-tool", "x").stdout == b"hello x\n"
    assert run(rules.outputs("other") / "other").stderr == b"other\n"
    assert run(rules.outputs("run") / "run", "x").stdout == b"beside\nhello x\n"


def test_wheel_cli_in_a_bundle(rules: Space) -> None:
    """A package's script and a program of one's own are handed out in one folder, and packed."""
    text = """
greet = wheel_cli("greet", "greeting")
tool = python_application("tool", module = "tool.cli", path = "src")
file_bundle("release", {".": ["settings.ini"], "bin": [greet, tool]}, archives = ["tar.gz"])
"""
    build(rules, text, "release", "release-tar.gz")
    folder = rules.outputs("release")
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) == [
        "bin/greet",
        "bin/tool",
        "settings.ini",
    ]
    assert run(folder / "bin/greet", "all").stdout == b"hello all\n"
    (archive,) = rules.outputs("release-tar.gz").iterdir()
    with tarfile.open(archive) as opened:
        modes = {member.name: oct(member.mode) for member in opened.getmembers()}
    assert modes == {
        "release/LICENCES-greet": "0o644",
        "release/LICENCES-tool": "0o644",
        "release/bin/greet": "0o755",
        "release/bin/tool": "0o755",
        "release/settings.ini": "0o644",
    }


def test_no_such_script(rules: Space) -> None:
    """A script that the package doesn't bring fails the build at the rule's call, with the near
    one."""
    rules.write("build.star", LOADS + 'wheel_cli("gret", "greeting")\n')
    done = rules.oxidize("build", "--offline", "--wheelhouse", "house")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("error"))
    assert lines[first : first + 8] == [
        'error[OX0430]: these packages bring no script "gret"',
        " --> build.star:5:1",
        "  |",
        '5 | wheel_cli("gret", "greeting")',
        "  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "  |",
        "note: scripts: greet, greet-all",
        'help: did you mean "greet"?',
    ]


def test_matrix(rules: Space) -> None:
    """One application is built for several Pythons, and for no others than are asked for."""
    rules.write("src/which.py", "import sys\nprint('%d.%d' % sys.version_info[:2])\n")
    known = {minor: str(pythons.need(minor)) for minor in ("3.12", "3.13")}
    text = f"""
which = python_application("which", module = "which", path = "src", archives = [])
python_matrix(which, pythons = {known}, triples = [BUILD_TARGET_TRIPLE])
python_matrix(which, triples = ["x86_64-pc-windows-msvc"], name = "others")
"""
    build(rules, text, "which-matrix")
    folder = rules.outputs("which-matrix")
    told = {p.name[-4:]: run(p / "which").stdout.decode().strip() for p in folder.iterdir()}
    assert told == {minor: minor for minor in known}
