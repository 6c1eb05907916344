"""What bounds a script."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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


EVERYTHING = """
kind = record(x = int)
color = enum("red", "blue")
files = glob(["**"])
print(hash("text"), dir([]), dir(""), dir(struct(b = 1, a = 2)))
print(str(print), str(len), str(kind), str(color), str(lambda x: x))
print(partial(len, "x"), kind(x = 1), color("red"), files, files.paths())
print(json.encode({"b": 1, "a": [2.5, None]}), {"b": 1} | {"a": 2}, VARS, 1.1, 1 << 80)
"""


def test_the_same_every_time(project: Project) -> None:
    """What a build file computes, and prints, depends on nothing but what it was given."""
    for name in ("b.txt", "a/c.txt", "a.txt"):
        project.write(name)
    project.write("build.star", EVERYTHING)
    code = (
        "import sys; from pathlib import Path; from tests.starlark.project import Project; "
        "p = Project(Path(sys.argv[1])); p.load(open(sys.argv[1] + '/build.star').read()); "
        "print(*p.printed, sep='\\n')"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code, project.folder],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"), ("3", "UTC"))
    }
    assert len(told) == 1
    assert b"a.txt" in next(iter(told))


@pytest.mark.parametrize("name", ["time", "date", "random", "env", "environ", "breakpoint"])
def test_no_clock_and_no_surroundings(project: Project, name: str) -> None:
    """Nothing that differs from run to run has a name."""
    assert project.refused(f"{name}()\n").code == "OX0102"


def test_far_too_large(project: Project) -> None:
    """A list beyond what the evaluator can hold is an error of the build file, not a crash."""
    assert project.refused("x = list(range(2000000000))\n").code == "OX0212"
