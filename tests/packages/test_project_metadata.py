"""What projects say of themselves, in all the files where they say it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from oxidize.packages.project_metadata import ProjectMetadata, UnreadableProject

SCRIPTS = {"one": "a:b", "two": "c:d.e [x]"}
LINES = "one = a:b\ntwo=c:d.e [x]\n"
DYNAMIC = '[project]\nname = "p"\ndynamic = ["scripts"]\n'


def read(folder: Path, files: Mapping[str, str]) -> ProjectMetadata:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return ProjectMetadata(folder)


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": '[project.scripts]\none = "a:b"\ntwo = "c:d.e [x]"\n'},
        {"pyproject.toml": '\ufeff[project.scripts]\none = "a:b"\n[project.gui-scripts]\n'
         'two = "c:d.e [x]"\none = "other:thing"\n'},
        {"pyproject.toml": '[tool.poetry.scripts]\none = "a:b"\nsh = {reference = "x", type = '
         '"file"}\ntwo = {callable = "c:d.e", extras = ["x"]}\n'},
        {"pyproject.toml": f'{DYNAMIC}[tool.poetry.scripts]\none = "a:b"\ntwo = "c:d.e [x]"\n'},
        {"pyproject.toml": f'{DYNAMIC}[tool.setuptools.dynamic]\nentry-points = {{file = "e.txt"}}',
         "e.txt": f"[other]\nx = y\n[console_scripts]\n{LINES}"},
        {"setup.cfg": "[options.entry_points]\nconsole_scripts =\n  one = a:b\ngui_scripts =\n"
         "  two = c:d.e [x]\n  one = other:thing\n"},
        {"setup.cfg": "[options]\nentry_points = file: e.txt\n",
         "e.txt": f"[console_scripts]\n{LINES}"},
        {"setup.py": 'setup(entry_points={"console_scripts": ["one=a:b", "two = c:d.e [x]"]})'},
        {"setup.py": f'import setuptools\nsetuptools.setup(entry_points="""[console_scripts]\n'
         f'{LINES}""")'},
        {"setup.py": 'P = "a"\nS = dict(console_scripts=[f"one={P}:b"], gui_scripts="two=c:d.e '
         '[x]")\nif True:\n    setup(**{"entry_points": S}, **unknown)'},
        {"setup.py": 'setup(entry_points={"console_scripts": ["x=y:z"]})',
         "pyproject.toml": DYNAMIC,
         "setup.cfg": "[options.entry_points]\nconsole_scripts =\n  one = a:b\n  two=c:d.e [x]\n"},
    ],
)  # fmt: skip
def test_scripts(tmp_path: Path, files: Mapping[str, str]) -> None:
    """Entry points are found wherever back ends look for them; those with windows come last."""
    assert read(tmp_path, files).scripts == SCRIPTS


def test_scripts_of_a_static_project(tmp_path: Path) -> None:
    """A [project] that doesn't call its scripts dynamic has those that it names."""
    setup = 'setup(name="other", entry_points={"console_scripts": ["x=y:z"]})'
    found = read(tmp_path, {"setup.py": setup, "pyproject.toml": '[project]\nname = "p"\n'})
    assert (found.scripts, found.name) == ({}, "p")


@pytest.mark.parametrize(
    ("files", "name", "python"),
    [
        ({"pyproject.toml": '[project]\nname = "a"\nrequires-python = ">3"'}, "a", ">3"),
        ({"setup.cfg": "[metadata]\nname: a\n[options]\npython_requires = >3"}, "a", ">3"),
        ({"setup.py": 'setup(name="a", python_requires=">3")'}, "a", ">3"),
        ({"setup.py": 'N = N\nsetup(name=N, python_requires=f"{3!r}")'}, None, ""),
        (
            {"pyproject.toml": '[tool.poetry]\nname="a"\ndependencies.python = "^3.11"'},
            "a",
            ">=3.11,<4",
        ),
        ({"pyproject.toml": '[tool.poetry]\ndependencies.python = ">=3,<4"'}, None, ">=3,<4"),
        ({"pyproject.toml": '[tool.poetry]\ndependencies.python = "<3 || >3.2"'}, None, ""),
        ({"pyproject.toml": 'project = 1\n[tool]\npoetry = "x"\n'}, None, ""),
        ({}, None, ""),
    ],
)
def test_name_and_python(
    tmp_path: Path, files: Mapping[str, str], name: str | None, python: str
) -> None:
    """Name and Python are told by the first file that has them."""
    found = read(tmp_path, files)
    assert (found.name, found.requires_python) == (name, python)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"pyproject.toml": "x ="}, "pyproject.toml is no TOML"),
        ({"setup.cfg": "x"}, "setup.cfg can't be read: File contains no section headers"),
        ({"setup.py": "print 1"}, "setup.py can't be read"),
    ],
)
def test_unreadable(tmp_path: Path, files: Mapping[str, str], message: str) -> None:
    """A damaged file is named."""
    with pytest.raises(UnreadableProject, match=message):
        assert read(tmp_path, files).name


@pytest.mark.parametrize(
    ("files", "project", "packaged"),
    [
        ({"pyproject.toml": "[build-system]\nrequires = []\n"}, True, True),
        ({"pyproject.toml": '[project]\nname = "a"\n'}, True, False),
        ({"pyproject.toml": '[project]\nname = "a"\n[project.scripts]\na = "a:b"\n'}, True, True),
        ({"pyproject.toml": '[project]\nname = "a"\n', "setup.py": "setup()"}, True, True),
        ({"pyproject.toml": '[tool.poetry]\nname = "a"\n'}, True, True),
        ({"pyproject.toml": "[tool.poetry]\npackage-mode = false\n"}, True, False),
        ({"pyproject.toml": "[tool.x]\ny = 1\n", "setup.cfg": "[metadata]\nname=a"}, True, True),
        ({"pyproject.toml": "[tool.x]\ny = 1\n", "setup.cfg": "[flake8]\nx=a"}, False, False),
        ({"setup.py": "setup()"}, True, True),
        ({}, False, False),
    ],
)
def test_kind(tmp_path: Path, files: Mapping[str, str], project: bool, packaged: bool) -> None:
    """A project has a back end, by name or as setuptools' files say; others aren't installed."""
    found = read(tmp_path, files)
    assert (found.is_project, found.is_project and found.is_packaged) == (project, packaged)


def test_setup_py_is_not_executed(tmp_path: Path) -> None:
    """What a setup.py computes is named, and nothing of it runs."""
    text = "open('made', 'w')\nsetup(name=open('made', 'w').name, version='1')\n"
    found = read(tmp_path, {"setup.py": text})
    assert found.name is None
    assert found.computed == ["setup.py computes its name"]
    assert [each.name for each in tmp_path.iterdir()] == ["setup.py"]
