"""Ordinary input that can't be packaged: what is told, and with which exit code."""

from __future__ import annotations

import json
import os

from tests.e2e.space import REPOSITORY, Space

HELLO = REPOSITORY / "samples" / "hello"


def test_file_name_that_is_not_utf8(space: Space) -> None:
    """A data file whose name isn't UTF-8 fails the build by name, at the call that added it."""
    space.copy(HELLO)
    with open(os.fsencode(space.root / "hello") + b"/\xff.txt", "w"):  # noqa: PTH123
        pass
    done = space.oxidize("build")
    assert done.returncode == 1
    assert r"error[OX0414]: the name of hello/\xff.txt isn't UTF-8" in done.stderr
    assert "build.star:7" in done.stderr


def test_failed_action_of_a_rule(space: Space) -> None:
    """What a rule of oxidize's declares fails at the user's own call of it."""
    space.write("app/__init__.py", "x = (")
    space.write(
        "build.star",
        'load("@oxidize//python_application.star", "python_application")\n\n'
        'python_application(name = "app", module = "app", packages = ["app"])\n',
    )
    done = space.oxidize("build")
    assert done.returncode == 1
    assert "error[OX0411]" in done.stderr
    assert " --> build.star:3:1\n" in done.stderr
    assert "stdlib_rules" not in done.stderr
    assert done.stderr.endswith("\nmore: oxidize explain OX0411\n")


def test_main_module_that_is_missing(space: Space) -> None:
    """What can't be run is told with what it lacks: a `__main__`, the right name, or all of it."""
    space.write("app/__init__.py", "")
    space.write("app/tool.py", "")
    space.write(
        "build.star",
        "def make(name):\n"
        "    dist = default_python_distribution()\n"
        "    config = dist.make_python_interpreter_config(run_module = name)\n"
        "    exe = dist.to_python_executable(name, config = config)\n"
        '    exe.add_python_resources(exe.read_package_root(path = ".", packages = ["app"]))\n'
        "    return exe\n\n"
        "[register_target(name, lambda name = name: make(name)) for name in "
        '("app", "app.tol", "other")]\n',
    )
    done = space.oxidize("build", "-k", "app", "app.tol", "other")
    assert done.returncode == 1
    assert "help: give the package a __main__.py" in done.stderr
    assert 'help: did you mean "app.tool"?' in done.stderr
    assert "help: add it: exe.add_python_resources(exe.read_package_root(" in done.stderr


def test_problem_of_the_machine(space: Space) -> None:
    """What the machine lacks, found out while building, is told at the call that wants it."""
    space.write("python", "#!/bin/sh\necho no Python\n").chmod(0o755)
    space.write(
        "build.star",
        'def make(name):\n    dist = default_python_distribution(python = "python")\n'
        "    return dist.to_python_executable(name)\n\n"
        'register_target("app", lambda: make("app"))\n',
    )
    done = space.oxidize("build")
    assert done.returncode == 36
    assert "error[OX0515]" in done.stderr
    assert " --> build.star:2:12\n" in done.stderr
    assert "  build.star:5, in lambda\n  build.star:2, in make\n" in done.stderr
    done = space.oxidize("build", "--message-format", "json")
    told = json.loads(done.stderr)
    assert told["span"]["line"] == 2
    assert [frame["function"] for frame in told["stack"]] == ["<module>", "lambda", "make"]


def test_targets_that_fail_for_the_same_reason(space: Space) -> None:
    """With -k, a problem of two targets is told once, with both places."""
    space.write("app/__init__.py", "x = (")
    space.write(
        "build.star",
        "def make(name, level):\n"
        "    dist = default_python_distribution()\n"
        "    config = dist.make_python_interpreter_config(optimization_level = level)\n"
        "    exe = dist.to_python_executable(name, config = config)\n"
        '    exe.add_python_resources(exe.read_package_root(path = ".", packages = ["app"]))\n'
        "    return exe\n\n"
        'register_target("one", lambda: make("one", 0))\n'
        'register_target("two", lambda: make("two", 1))\n',
    )
    done = space.oxidize("build", "-k", "one", "two")
    assert done.returncode == 1
    assert done.stderr.count("error[OX0411]") == 1
    assert "\n1 action failed (" in done.stderr
