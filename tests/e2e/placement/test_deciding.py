"""Functions of the build file decide where resources go, and which go anywhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.placement.app import files, moved, told, write
from tests.e2e.space import Space, run


def test_callback(project: Space, tmp_path: Path) -> None:
    """A resource callback leaves out, moves and strips single resources; it gets the policy, and
    knows each resource's type; others stay as they were."""
    project.write("app/secret.py", "raise SystemExit('imported')")
    write(
        project,
        """
        def place(policy, resource):
            if resource.is_stdlib:
                return resource
            kind = type(resource)
            if kind == "PythonModuleSource" and "SystemExit" in resource.source():
                return None
            if kind == "PythonModuleSource" and resource.name == "app.part":
                print(policy.resources_location, resource.package, resource.is_package)
                return resource.with_settings(location = "filesystem-relative:lib")
            if kind == "PythonPackageResource":
                print(kind, resource.package, resource.name)
                return resource.with_settings(location = "filesystem-relative:share")
            return resource
        """,
        before="policy.register_resource_callback(place)",
    )
    done = project.build()
    assert "in-memory app False\n" in done.stderr
    assert "PythonPackageResource app data.txt\n" in done.stderr
    place = moved(project, tmp_path)
    assert [path for path in files(place) if "__pycache__" not in path] == [
        "lib/app/part.py",
        "share/app/data.txt",
    ]
    found = told(place / "app")
    assert found["part"] == str(place / "lib/app/part.py")
    assert (found["data"], found["again"]) == ("DATA", "DATA")
    shown = run(place / "app", "x", cwd=Path("/"))
    assert b"secret" not in shown.stdout


def test_callbacks_run_in_order(project: Space) -> None:
    """Each callback gets what the one before decided, and isn't asked about what that dropped."""
    write(
        project,
        """
        def first(policy, resource):
            if resource.is_stdlib:
                return resource
            if type(resource) == "PythonPackageResource":
                return None
            place = "filesystem-relative:a"
            return resource.with_settings(location = place, include_source = False)

        def second(policy, resource):
            if resource.is_stdlib:
                return resource
            print("second", type(resource), resource.location)
            return resource.with_settings(location = "in-memory")
        """,
        before="add = policy.register_resource_callback; add(first); add(second)",
    )
    done = project.build()
    lines = sorted({line for line in done.stderr.splitlines() if line.startswith("second")})
    assert lines == ["second PythonModuleSource filesystem-relative:a"]
    assert files(project.outputs("app")) == []
    shown = project.oxidize("inspect", project.outputs("app") / "app", "--json")
    modules = json.loads(shown.stdout)["modules"]
    assert modules["app.part"]["location"] == "in-memory"
    assert modules["app.part"]["source"] is False


def test_decisions_are_cut_off_early(project: Space) -> None:
    """An edit of the build file that changes no decision compiles nothing."""
    function = 'def keep(resource):\n    return type(resource) != "PythonPackageResource"\n'
    write(project, function, after=".filter(keep)")
    project.build()
    write(project, function + "\n# a comment\n", after=".filter(keep)")
    told = project.build().stderr
    assert "decide on app" in told
    assert "compile" not in told
    write(project, function.replace("!=", "=="), after=".filter(keep)")
    done = project.oxidize("build")
    assert "no resource gives app" in done.stderr


def test_filter_narrows(project: Space) -> None:
    """A collection's filter decides with a function that may close over anything."""
    write(
        project,
        after='.filter(lambda r: type(r) != "PythonModuleSource" or r.name not in unwanted)',
        before='unwanted = ["app.other"]',
    )
    project.write("app/other.py", "")
    project.build()
    program = project.outputs("app") / "app"
    shown = project.oxidize("inspect", program, "--modules").stdout.split()
    assert "app.part" in shown
    assert "app.other" not in shown


@pytest.mark.parametrize(
    ("function", "message", "help_"),
    [
        (
            "def decide(policy, resource):\n    return True\n",
            "the resource callback returns a value of type bool for ",
            "return the resource, resource.with_settings(...), or None to leave it out",
        ),
        (
            "def decide(policy, resource):\n"
            '    return resource.with_settings(location = "in memory")\n',
            '"in memory" is no location',
            'did you mean "in-memory"?',
        ),
        (
            'def decide(policy, resource):\n    return resource.with_settings(location = "none")\n',
            '"none" is no location',
            'locations are "in-memory"',
        ),
        (
            "def decide(policy, resource):\n    return resource.nmae\n",
            'has no attribute "nmae"',
            'did you mean "name"?',
        ),
        (
            "def decide(policy, resource):\n    default_python_distribution()\n",
            "can't be called by a function that decides on something",
            "call it before",
        ),
    ],
)
def test_wrong_decisions(project: Space, function: str, message: str, help_: str) -> None:
    """A callback that goes wrong fails the build, at its place in the build file."""
    write(project, function, before="policy.register_resource_callback(decide)")
    done = project.oxidize("build")
    assert done.returncode == 1
    assert message in done.stderr
    assert help_ in done.stderr
    assert "build.star:" in done.stderr
    assert "<oxidize>" not in done.stderr


def test_forgotten_return_is_told(project: Space) -> None:
    """A callback that returns nothing leaves out everything, and the build says so."""
    write(
        project,
        "def decide(policy, resource):\n    resource.with_settings(include = True)\n",
        before="policy.register_resource_callback(decide)",
    )
    done = project.oxidize("build")
    assert done.returncode == 1
    assert "leave out all" in done.stderr
