"""Easy mode: what a script or a project asks for, and the build file that it stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from oxidize.errors import Diagnostic, UsageError
from oxidize.packages.entry_point import EntryPoint
from oxidize.starlark.easy_project import read_project
from oxidize.starlark.easy_script import read_script
from tests.starlark.project import Project

VERSION = "3.12.4"
METADATA = """\
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "rich>=13",
#
#   "click",
# ]
# ///
"""
PYPROJECT = """
    [project]
    name = "My.App"
    version = "1"
"""


def script_refused(path: Path, text: str) -> Diagnostic:
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_script(path, VERSION)
    return caught.value.diagnostic


def project_refused(project: Project, text: str | None, script: str | None = None) -> Diagnostic:
    if text is not None:
        project.write("pyproject.toml", text)
    with pytest.raises(UsageError) as caught:
        read_project(project.folder, script, VERSION)
    return caught.value.diagnostic


def scripts(**rows: str) -> str:
    lines = "".join(f'{name.replace("_", "-")} = "{entry}"\n' for name, entry in rows.items())
    return f'[project]\nname = "My.App"\nversion = "1"\n[project.scripts]\n{lines}'


def test_script(project: Project) -> None:
    """A script's build file installs what it depends on and takes the modules beside it."""
    project.write("helper.py")
    path = project.write("tool.py")
    path.write_text(f"#!/usr/bin/env python\n{METADATA}import helper, rich, hello\n")
    text = read_script(path, VERSION).recipe().build_file("my tool")
    assert 'exe.pip_install(["rich>=13", "click"])' in text
    assert 'read_package_root(path = ".", packages = ["hello", "helper", "tool"])' in text
    session = project.load(text)
    assert list(session.analyze([])["program"].files) == ["my tool"]


def test_lock_of_any_output(project: Project) -> None:
    """What a program is called makes no other section of the lock, and asks for nothing else."""
    path = project.folder / "tool.py"
    path.write_text(METADATA)
    recipe = read_script(path, VERSION).recipe()
    found = []
    for name in ("one", "my app", "é"):
        session = project.load(recipe.build_file(name))
        session.analyze([])
        (request,) = session.requests
        found.append((request.target, request.wanted))
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("name", ["tool.py", "my-tool.py", "tool.pyw", "tool"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_odd_script(project: Project, name: str, encoding: str) -> None:
    """A script's name may be any; it may begin with a BOM, or say its encoding."""
    path = project.folder / name
    text = "#!/usr/bin/python\n# -*- coding: latin-1 -*-\n" if encoding == "latin-1" else ""
    path.write_bytes(f"{text}{METADATA}x = 'é'\n".encode(encoding))
    script = read_script(path, VERSION)
    assert script.dependencies == ("rich>=13", "click")
    assert script.name == name.partition(".")[0]
    recipe = script.recipe()
    if name != "tool.py":
        source = recipe.modules[recipe.run_module]
        assert compile(source.encode(), name, "exec")
        assert source.endswith("x = 'é'\n")
        assert not source.startswith("\ufeff")
        assert "latin-1" not in source


def test_names_beside_a_script(project: Project) -> None:
    """A folder without modules hides neither a script nor a module; a package hides both."""
    for name in ("tool", "helper"):
        (project.folder / name).mkdir()
        project.write(f"{name}.py", "import helper, tool\n")
    path = project.folder / "tool.py"
    recipe = read_script(path, VERSION).recipe()
    assert (recipe.run_module, recipe.packages) == ("tool", ("helper", "tool"))
    project.write("tool/__init__.py")
    recipe = read_script(path, VERSION).recipe()
    assert (recipe.run_module, recipe.packages) == ("oxidize_script", ("helper", "tool"))
    assert recipe.modules == {"oxidize_script": "import helper, tool\n"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("# /// other\n# dependencies = 1\n# ///\n", ()),
        ("# /// script\n# ///\n", ()),
        ("# /// script\n# dependencies = []\n# ///\n", ()),
        ("# /// script\n#dependencies = [1]\n# ///\n", ()),
        ("# /// script\n# dependencies = [\"a; python_version > '3'\"]\n# ///", "a"),
        (METADATA.replace("\n", "\r\n"), "rich"),
        (METADATA + "\n# /// later\n# x\n# ///\n", "rich"),
    ],
)
def test_inline_metadata(project: Project, text: str, expected: str | tuple[()]) -> None:
    """A block counts if it is of the type script and commented as PEP 723 says."""
    path = project.folder / "tool.py"
    path.write_bytes(text.encode())
    found = read_script(path, VERSION).dependencies
    assert found[:1] == ((found[0],) if expected else ())
    assert not expected or found[0].startswith(expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# /// script\n# a = \n# ///\n", "tool.py: its inline metadata: it is no TOML"),
        ("# /// script\n# x = 1\n# ///\n\n# /// script\n# x = 1\n# ///\n", "there are two blocks"),
        ('# /// script\n# dependencies = "rich"\n# ///\n', "must be a list of strings"),
        ("# /// script\n# requires-python = 3\n# ///\n", "requires-python must be a string"),
        ('# /// script\n# dependencies = ["a b"]\n# ///\n', '"a b" is not a requirement'),
        ('# /// script\n# requires-python = "new"\n# ///\n', '"new" is no version specifier'),
        (
            '# /// script\n# requires-python = ">=3.13"\n# ///\n',
            "tool.py requires Python >=3.13, and this is 3.12.4",
        ),
    ],
)
def test_wrong_metadata(project: Project, text: str, message: str) -> None:
    """Damaged metadata, and a Python that isn't the one that is there, are told by the file."""
    assert message in script_refused(project.folder / "tool.py", text).message


def test_project(project: Project) -> None:
    """A project is installed, and a main module calls its entry point as installers do."""
    project.write("pyproject.toml", scripts(run="my.app.cli : App.main [fast, pretty]"))
    found = read_project(project.folder, None, VERSION)
    assert found.name == "run"
    assert found.entry == EntryPoint("my.app.cli", "App.main", ("fast", "pretty"))
    assert found.recipe().requirements == (".[fast, pretty]",)
    text = found.recipe().build_file("run")
    assert 'run_module = "oxidize_entry"' in text
    assert 'exe.pip_install([".[fast, pretty]"])' in text


@pytest.mark.parametrize(
    ("rows", "asked", "chosen"),
    [
        ({"one": "a:b"}, None, "one"),
        ({"one": "a:b", "my_app": "a:c"}, None, "my-app"),
        ({"one": "a:b", "two": "a:c"}, "two", "two"),
    ],
)
def test_chosen_script(
    project: Project, rows: dict[str, str], asked: str | None, chosen: str
) -> None:
    """The only script is meant, or the one named like the project, or the one that is named."""
    project.write("pyproject.toml", scripts(**rows))
    assert read_project(project.folder, asked, VERSION).name == chosen


def test_windowed_script(project: Project) -> None:
    """[project.gui-scripts] count as well."""
    project.write("pyproject.toml", scripts(win="a:b").replace("scripts", "gui-scripts"))
    assert read_project(project.folder, None, VERSION).entry.module == "a"


def test_unclear_script(project: Project) -> None:
    """Of several scripts one has to be named, by its right name."""
    text = scripts(serve="a:b", work="a:c")
    told = project_refused(project, text)
    assert told.message == "which script is to be packed?"
    assert told.help == "name one: --script serve"
    assert "serve, work" in told.notes[0]
    told = project_refused(project, text, "srve")
    assert (told.message, told.help) == ("there is no script srve", "did you mean serve?")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "is a folder without a pyproject.toml"),
        ("x = ", "pyproject.toml is no TOML"),
        ("[tool.x]\n", "doesn't tell what to run: it has no [project] table"),
        (PYPROJECT, "doesn't tell what to run: it has no [project.scripts]"),
        (PYPROJECT + 'dynamic = ["scripts"]\n', "doesn't tell what to run: its scripts are dyn"),
        (scripts(run="my.app"), 'the entry point of run is "my.app"'),
        (PYPROJECT + 'requires-python = "<3"\n', "requires Python <3, and this is 3.12.4"),
    ],
)
def test_wrong_project(project: Project, text: str | None, message: str) -> None:
    """A project that doesn't say what to run is told so by its file."""
    assert message in project_refused(project, text).message
