"""A folder with scripts that nothing installs."""

from __future__ import annotations

import pytest

from oxidize.easy.recipe import Recipe
from oxidize.easy.source import is_bare, read_folder_for, read_source
from oxidize.errors import UsageError
from tests.easy.refusing import VERSION, refused
from tests.starlark.project import Project

UNPACKAGED = """\
[project]
name = "notes"
version = "1"
dependencies = ["rich>=13"]
"""


def names(project: Project, script: str | None = None) -> list[str]:
    return [each.name for each in read_source(project.folder, script, VERSION).programs]


def recipe(project: Project) -> Recipe:
    return read_source(project.folder, None, VERSION).the_one()


@pytest.mark.parametrize(
    ("files", "script", "expected"),
    [
        (["main.py", "other.py"], None, ["main"]),
        (["app.py"], None, ["app"]),
        (["place.py", "other.py"], None, ["place"]),
        (["odd-name.py"], None, ["odd-name"]),
        (["__main__.py", "other.py"], None, ["place"]),
        (["manage.py", "app.py"], None, ["manage"]),
        (["main.py", "app.py"], None, ["main", "app"]),
        (["main.py", "other.py"], "other.py", ["other"]),
        (["main.py", "other.py"], "other", ["other"]),
        (["one.py", "two.py"], "two", ["two"]),
    ],
)
def test_script(
    project: Project, files: list[str], script: str | None, expected: list[str]
) -> None:
    """The script is the one that is named, or is called as main scripts are, or the only one."""
    for name in files:
        project.write(name)
    assert names(project, script) == expected


def test_name(project: Project) -> None:
    """The program is called as [project] says, unless a script is named."""
    project.write("main.py")
    project.write("pyproject.toml", UNPACKAGED)
    assert names(project) == ["notes"]
    assert names(project, "main") == ["main"]


def test_unclear_script(project: Project) -> None:
    """Of several main scripts, one has to be named; scripts elsewhere aren't known."""
    project.write("main.py")
    project.write("app.py")
    project.write("../outside.py")
    assert refused(project).help == "name one: --script main"
    assert refused(project, "ap").help == "did you mean app?"
    assert refused(project, "../outside").message == "there is no script ../outside"


def test_unknown_script(project: Project) -> None:
    """Of several modules none of which is called as main scripts are, one has to be named."""
    project.write("two.py")
    project.write("one.py")
    assert refused(project).help == "name the script: --script one"


def test_packages(project: Project) -> None:
    """Packages come along though no module imports them, and modules that are imported."""
    for name in ("main.py", "helper.py", "settings/__init__.py"):
        project.write(name, "import helper\n")
    for name in (
        "unrelated.py",
        "tests/__init__.py",
        "data/x.txt",
        ".venv/x.py",
        "a-b/__init__.py",
    ):
        project.write(name)
    assert recipe(project).packages == ("helper", "main", "settings")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, ()),
        ({"requirements.txt": ""}, ("-r", "requirements.txt")),
        ({"pylock.toml": ""}, ("-r", "pylock.toml")),
        ({"pyproject.toml": UNPACKAGED, "uv.lock": "", "requirements.txt": ""}, ("rich>=13",)),
        ({"pyproject.toml": "[tool.x]\n", "requirements.txt": ""}, ("-r", "requirements.txt")),
        (
            {"main.py": "# /// script\n# dependencies = ['a']\n# ///\n", "requirements.txt": ""},
            ("a",),
        ),
    ],
)
def test_requirements(project: Project, files: dict[str, str], expected: tuple[str, ...]) -> None:
    """What is needed is told by the script, by [project], or by a file of requirements."""
    project.write("main.py")
    for name, text in files.items():
        project.write(name, text)
    found = recipe(project)
    assert found.requirements == expected
    assert found.hints == (
        ('["-r", "uv.lock"] would take the versions that uv.lock has.',)
        if "uv.lock" in files
        else ()
    )


def test_poetry_without_package(project: Project) -> None:
    """What poetry only knows in its own form is said to be exported."""
    project.write("main.py")
    project.write("pyproject.toml", '[tool.poetry]\npackage-mode = false\nname = "a"\n')
    assert refused(project).help == "let it write them down: poetry export -o requirements.txt"
    project.write("requirements.txt")
    assert recipe(project).requirements == ("-r", "requirements.txt")


@pytest.mark.parametrize("python", ["<3", ">=4"])
def test_other_python(project: Project, python: str) -> None:
    """A folder's [project] decides about the Python too."""
    project.write("main.py")
    project.write("pyproject.toml", f'{UNPACKAGED}requires-python = "{python}"\n')
    assert refused(project).code == "OX0815"


def test_code(project: Project) -> None:
    """Code that is given runs with what it imports of a folder, or with its project."""
    assert is_bare(project.folder)
    project.write("helper.py")
    project.write("other.py")
    found = read_folder_for("import helper", project.folder, VERSION).the_one()
    assert (found.name, found.run_command, found.packages) == (
        "place",
        "import helper",
        ("helper",),
    )
    assert read_folder_for("", project.folder, VERSION).the_one().run_command is None
    project.write("pyproject.toml", f'{UNPACKAGED}[build-system]\nrequires = ["hatchling"]\n')
    assert not is_bare(project.folder)
    assert read_folder_for("1", project.folder, VERSION).the_one().requirements == (".",)
    with pytest.raises(UsageError, match="the code can't be run: invalid syntax"):
        read_folder_for("import", project.folder, VERSION)
