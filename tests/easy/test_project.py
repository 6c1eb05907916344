"""A project as something to pack."""

from __future__ import annotations

import pytest

from oxidize.easy.build_file import build_file
from oxidize.easy.source import read_source
from tests.easy.refusing import VERSION, refused
from tests.starlark.project import Project

PYPROJECT = """\
[project]
name = "My.App"
version = "1"
"""
BUILT = '[build-system]\nrequires = ["hatchling"]\n'


def scripts(**rows: str) -> str:
    lines = "".join(f'{name.replace("_", "-")} = "{entry}"\n' for name, entry in rows.items())
    return f"{PYPROJECT}[project.scripts]\n{lines}"


@pytest.mark.parametrize(
    ("entry", "start", "requirement"),
    [
        ("my.app:main", "from my.app import main", "."),
        ("my.app : run", "from my.app import run as main", "."),
        ("a:App.main [fast, pretty]", "from a import App; main = App.main", ".[fast, pretty]"),
    ],
)
def test_entry_point(project: Project, entry: str, start: str, requirement: str) -> None:
    """A project is installed, with a script's extras, and its entry point called."""
    project.write("pyproject.toml", scripts(run=entry))
    recipe = read_source(project.folder, None, VERSION).the_one()
    assert (recipe.name, recipe.start, recipe.requirements) == ("run", start, (requirement,))
    text = build_file([recipe])
    assert f'run_command = "import sys; {start}; sys.exit(main())"' in text
    project.load(text).analyze([])


@pytest.mark.parametrize(
    ("rows", "asked", "names"),
    [
        ({"one": "a:b"}, None, ["one"]),
        ({"one": "a:b", "my_app": "a:c"}, None, ["my-app", "one"]),
        ({"one": "a:b", "two": "a:c"}, "two", ["two"]),
    ],
)
def test_chosen_script(
    project: Project, rows: dict[str, str], asked: str | None, names: list[str]
) -> None:
    """The only script is meant, or the one named like the project, or the one that is named."""
    project.write("pyproject.toml", scripts(**rows))
    source = read_source(project.folder, asked, VERSION)
    assert [each.name for each in source.programs] == names
    assert source.the_one().name == names[0]


def test_unclear_script(project: Project) -> None:
    """Of several scripts one has to be named, by its right name."""
    project.write("pyproject.toml", scripts(serve="a:b", work="a:c"))
    told = refused(project)
    assert told.message == "which script is to be packed?"
    assert told.help == "name one: --script serve"
    assert "serve, work" in told.notes[0]
    told = refused(project, "srve")
    assert (told.message, told.help) == ("there is no script srve", "did you mean serve?")


@pytest.mark.parametrize(
    ("files", "modules"),
    [
        (["src/my_app/__main__.py"], ["my_app"]),
        (["first/__main__.py", "my_app/__main__.py", "tests/__main__.py"], ["my_app", "first"]),
        (["src/my_app.py"], ["my_app"]),
        (["lib/__main__.py", "lib/my_app/__main__.py"], ["my_app", "lib"]),
    ],
)
def test_without_scripts(project: Project, files: list[str], modules: list[str]) -> None:
    """Without scripts, packages with a __main__ are run, or the module of the project's name."""
    project.write("pyproject.toml", BUILT + PYPROJECT)
    for name in files:
        project.write(name, 'if __name__ == "__main__":\n    print()\n')
    source = read_source(project.folder, None, VERSION)
    assert [each.run_module for each in source.programs] == modules
    assert source.the_one().requirements == (".",)


@pytest.mark.parametrize(
    ("lock", "words"),
    [
        ("uv.lock", '"-r", "uv.lock" before "."'),
        ("pylock.toml", '"-r", "pylock.toml" before "."'),
        ("poetry.lock", "poetry.lock isn't read"),
    ],
)
def test_locks(project: Project, lock: str, words: str) -> None:
    """The build file says how to take the versions that another tool's lock has."""
    project.write("pyproject.toml", scripts(run="a:b"))
    assert words not in build_file(read_source(project.folder, None, VERSION).programs)
    project.write(lock)
    assert words in build_file(read_source(project.folder, None, VERSION).programs)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "holds nothing to run"),
        ("x = ", "place/pyproject.toml is no TOML"),
        ("[tool.x]\n", "holds nothing to run"),
        (PYPROJECT, "doesn't tell what to run: it names no scripts"),
        (f'{PYPROJECT}scripts = "a:b"\n', "doesn't tell what to run"),
        (f'{PYPROJECT}dynamic = ["scripts"]\n', "doesn't tell what to run"),
        (scripts(run="my.app"), 'the entry point of run is "my.app"'),
        (f'{PYPROJECT}requires-python = "<3"\n', "requires Python <3, and this is 3.12.4"),
        (f'{PYPROJECT}requires-python = "new"\n', '"new" is no version specifier'),
        ('[tool.poetry]\n[tool.poetry.scripts]\nx = "a:b"\n', "doesn't say its name"),
    ],
)
def test_wrong_project(project: Project, text: str | None, message: str) -> None:
    """A project that can't be read, or doesn't say what to run, is told so."""
    if text is not None:
        project.write("pyproject.toml", text)
    assert message in refused(project).message


def test_computed_scripts(project: Project) -> None:
    """What only executing setup.py would tell is named."""
    project.write("setup.py", 'setup(name="a", entry_points=read("entry_points.txt"))\n')
    assert refused(project).notes == ("setup.py computes its entry_points",)
    project.write("setup.py", 'setup(name=read(), entry_points={"gui_scripts": ["a = b:c"]})\n')
    assert refused(project).notes == ("setup.py computes its name",)
