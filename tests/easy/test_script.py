"""A script as something to pack."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from oxidize.easy.build_file import build_file
from oxidize.easy.script import read_script
from oxidize.errors import Diagnostic, UsageError
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


def script_refused(path: Path, text: str) -> Diagnostic:
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_script(path, VERSION)
    return caught.value.diagnostic


def test_script(project: Project) -> None:
    """A script has what it depends on, and the modules beside it that it imports."""
    project.write("helper.py", "import deeper\n")
    project.write("deeper/__init__.py")
    project.write("unrelated.py")
    path = project.write("tool.py")
    path.write_text(f"#!/usr/bin/env python\n{METADATA}import helper, rich\n")
    recipe = read_script(path, VERSION)
    assert (recipe.name, recipe.run_module) == ("tool", "tool")
    assert recipe.packages == ("deeper", "helper", "tool")
    assert recipe.requirements == ("rich>=13", "click")


def test_lock_of_any_output(project: Project) -> None:
    """What a program is called makes no other section of the lock, and asks for nothing else."""
    path = project.folder / "tool.py"
    path.write_text(METADATA)
    recipe = read_script(path, VERSION)
    found = []
    for name in ("one", "my app", "é"):
        session = project.load(build_file([evolve(recipe, name=name)], "program"))
        assert list(session.analyze([])["program"].files) == [name]
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
    recipe = read_script(path, VERSION)
    assert recipe.requirements == ("rich>=13", "click")
    assert recipe.name == name.partition(".")[0]
    (target,) = project.load(build_file([recipe])).analyze([]).values()
    assert list(target.files) == [recipe.name]


@pytest.mark.parametrize("name", ["__main__.py", "2.py", "-.py", "ünï.py", "a b", "no.py.py"])
def test_name_of_a_module(project: Project, name: str) -> None:
    """Whatever a script is called, the module that it becomes can be run, and is no other."""
    path = project.write(name, "import a_b\n")
    project.write("a_b.py")
    recipe = read_script(path, VERSION)
    project.load(build_file([recipe])).analyze([])
    assert recipe.run_module != "a_b"


def test_names_beside_a_script(project: Project) -> None:
    """A folder without modules hides neither a script nor a module; a package hides both."""
    for name in ("tool", "helper"):
        (project.folder / name).mkdir()
        project.write(f"{name}.py", "import helper, tool\n")
    path = project.folder / "tool.py"
    recipe = read_script(path, VERSION)
    assert (recipe.run_module, recipe.packages) == ("tool", ("helper", "tool"))
    project.write("tool/__init__.py")
    recipe = read_script(path, VERSION)
    assert (recipe.run_module, recipe.packages) == ("oxidize_script", ("helper", "tool"))
    assert recipe.modules == {"oxidize_script": "tool.py"}


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
    found = read_script(path, VERSION).requirements
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
