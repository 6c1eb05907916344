"""The build file of recipes: short, evaluated as it is, and in the samples' style."""

from __future__ import annotations

import re

import pytest

from oxidize.easy.build_file import build_file
from oxidize.easy.recipe import Recipe
from tests.starlark.project import Project

LONG = tuple(f"package-number-{number}>=1.{number}" for number in range(12))
RECIPES = {
    "module": [Recipe("a", run_module="json.tool")],
    "prompt": [Recipe("a")],
    "entry": [Recipe("a", start="from a import main", requirements=("rich",), because="Why")],
    "code": [Recipe("a", run_command="print('\\'''\"\"\"')\nprint(2)")],
    "long": [Recipe("a", run_command="x = 1; " * 20, requirements=LONG, hints=("Hint.",) * 3)],
    "file": [Recipe("a", run_module="m", modules={"m": 'od"d.py'})],
    "packages": [Recipe("a", run_module="p", packages=("p",))],
    "several": [Recipe("a", run_module="json.tool"), Recipe("b", run_module="this")],
    "scripts": [
        Recipe("a", start="from a import main", requirements=(".[x, y]",)),
        Recipe("b-c", start="from a import App; main = App.run", requirements=(".[y, z]",)),
        Recipe("d", start="from a import d as main", requirements=(".",)),
    ],
}


@pytest.mark.parametrize("kind", RECIPES)
def test_text(kind: str, project: Project) -> None:
    """What is written has short lines, four blanks, and blanks around = in calls; it evaluates."""
    project.write('od"d.py')
    project.write("p.py")
    project.write("pyproject.toml", '[project]\nname = "place"\n')
    text = build_file(RECIPES[kind])
    lines = text.splitlines()
    assert len(lines) <= 45
    assert text.endswith(")\n")
    for line in lines:
        assert len(line) <= 100 or "x = 1" in line
        assert line == line.rstrip()
        assert (len(line) - len(line.lstrip())) % 4 == 0
        assert not re.match(r"[^\"#]*\w=|[^\"#]*=\w", line) or "print" in line
    session = project.load(text)
    names = [each.name for each in RECIPES[kind]]
    assert list(session.targets) == names
    assert session.resolve([]) == (names[0],)
    session.analyze(names)


def test_scripts_share_a_function(project: Project) -> None:
    """Scripts of a project are installed with the extras of all of them."""
    text = build_file(RECIPES["scripts"])
    assert text.count("def ") == 1
    assert 'pip_install([".[x, y, z]"])' in text


@pytest.mark.parametrize(
    ("name", "target", "file"),
    [
        ("my tool", "my_tool", "my tool"),
        ("é", "_", "é"),
        ("a/b:c", "a_b_c", "a_b_c"),
        ("-x", "x", "x"),
        (".", "program", "program"),
        ("..", "program", "program"),
        ('a"b', "a_b", 'a"b'),
    ],
)
def test_odd_names(project: Project, name: str, target: str, file: str) -> None:
    """Names that targets or files can't have are made such."""
    session = project.load(build_file([Recipe(name)]))
    assert {key: list(each.files) for key, each in session.analyze([]).items()} == {target: [file]}


def test_same_names(project: Project) -> None:
    """Names that become the same get numbers."""
    text = build_file([Recipe(name) for name in ("é", "è", "a b", "a_b")])
    assert list(project.load(text).targets) == ["_", "__2", "a_b", "a_b_2"]
