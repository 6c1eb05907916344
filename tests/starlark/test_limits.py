"""What bounds a script."""

from __future__ import annotations

import pytest

from tests.starlark.project import Project


def test_objects_are_frozen_after_load(project: Project) -> None:
    """What the load made can't be changed by a target's function."""
    found = project.refused("""
        exe = default_python_distribution().to_python_executable("a")
        def make():
            exe.add_python_resources(exe.make_python_module_source("x", ""))
            return exe
        register_target("a", make)
    """)
    assert found.code == "OX0210"
    assert found.span is not None
    assert found.span.line == 4


@pytest.mark.parametrize("name", ["call_stack", "open", "_call", "__import__", "time"])
def test_names_that_are_not_there(project: Project, name: str) -> None:
    """A script has no way to the host's functions or the bridge's entry points."""
    assert project.refused(f"x = {name}\n").code == "OX0102"


def test_own_names_may_hide_globals(project: Project) -> None:
    """A script may define a name that the language also has."""
    project.load("def print_all(*values):\n    print(*values)\nprint_all(1, 2)\n")
    assert project.printed == ["1 2"]


def test_one_problem_in_a_rule_names_both_files(project: Project) -> None:
    """An error in a loaded function shows the place there and the call in the build file."""
    project.write("r.star", "def r():\n    return [][1]\n\ndef s():\n    return int('x')\n")
    found = project.refused('load(":r.star", "s")\ns()\n')
    assert found.span is not None
    assert found.span.file.endswith("r.star")
    assert [frame.span.file.rpartition("/")[2] for frame in found.stack] == [
        "build.star",
        "r.star",
    ]
