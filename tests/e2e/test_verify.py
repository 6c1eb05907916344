"""`oxidize verify`: two builds under unlike conditions give the same bytes, or it says why not."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.space import REPOSITORY, Space
from tests.packages import wheels

HELLO = REPOSITORY / "samples/hello"
TALLY = REPOSITORY / "samples/migrating/tally"
# Quick to build: no Python goes into it.
FILES = """
files = FileManifest()
files.add_file(FileContent("../shared.txt"))
files.add_file(FileContent(filename = "zone.txt", content = VARS.get("ZONE") or "none"))
register_target("files", lambda: files)
"""
# Resources alone: linking a program would tell nothing more.
LOTTERY = """
def make():
    dist = default_python_distribution()
    exe = dist.to_python_executable(
        name = "app",
        config = dist.make_python_interpreter_config(run_module = "lottery"),
    )
    exe.add_python_resources(exe.pip_install(["./lottery"]))
    return exe.to_embedded_resources()

register_target("app", make)
"""


def nested(space: Space) -> Space:
    """A project that reads a file beside its own folder."""
    space.write("shared.txt", "shared\n")
    inner = Space(space.root / "inner", space.cache)
    inner.write("build.star", FILES)
    return inner


def test_sample_is_reproducible(space: Space) -> None:
    """A program with a package's own back end, files beside it and licences is the same twice."""
    space.copy(TALLY)
    done = space.oxidize("verify", "install", "--locked", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    known = json.loads(done.stdout)
    assert (known["same"], known["actions"]) == (True, [])
    paths = {each["path"] for each in known["files"]}
    assert {"bin/tally", "bin/tally.resources", "bin/LICENSES.txt", "manual.txt"} <= paths
    assert not list(space.root.glob("build"))


def test_back_end_that_draws_lots(space: Space) -> None:
    """Of a back end that writes a random number, verify names the action and the file."""
    project = wheels.make_project(space.root / "lottery", "lottery")
    backend = (project / "backend.py").read_text()
    assert "rows = [" in backend
    draw = 'files["lottery_number.py"] = f"number = {int.from_bytes(os.urandom(8))}\\n"\n    '
    (project / "backend.py").write_text(backend.replace("rows = [", draw + "rows = [", 1))
    space.write("build.star", LOTTERY)
    done = space.oxidize("verify", "-q")
    assert done.returncode == 1, done.stderr
    assert done.stdout == (
        "differs                app: packed-resources\n"
        "    module lottery_number, bytecode 0\n"
        "    module lottery_number, source\n"
        "\n"
        "build lottery (build-wheel) gave different bytes for the same inputs:\n"
        "  its output wheel\n"
        "    lottery-1.0-py3-none-any.whl: lottery_number.py\n"
    )


def test_build_file_that_looks_around(space: Space) -> None:
    """Of a build file that takes a value from its surroundings, verify names the action."""
    done = nested(space).oxidize("verify", "--var-env", "ZONE=TZ", "--json")
    assert done.returncode == 1, done.stderr
    known = json.loads(done.stdout)
    assert {each["path"]: each["same"] for each in known["files"]} == {
        "shared.txt": True,
        "zone.txt": False,
    }
    (action,) = known["actions"]
    assert any("UTC0" in before for before, _ in action["asked"].values())


def test_keep(space: Space, tmp_path: Path) -> None:
    """--keep leaves both builds in a folder, which must be empty."""
    project = nested(space)
    kept = tmp_path / "kept"
    assert project.oxidize("verify", "--keep", kept).returncode == 0
    both = [path.read_text() for path in kept.glob("*/project/**/files/shared.txt")]
    assert both == ["shared\n", "shared\n"]
    again = project.oxidize("verify", "--keep", kept)
    assert again.returncode == 2
    assert "there is something already" in again.stderr


def test_failure(space: Space) -> None:
    """A build that fails is told as by `build`, and nothing is compared."""
    space.copy(HELLO)
    space.write("hello/greetings.py", "def greet(:\n")
    done = space.oxidize("verify")
    assert (done.returncode, done.stdout) == (1, "")
    assert "hello/greetings.py:1: invalid syntax" in done.stderr
    assert "build 1 failed" in done.stderr


def test_outputs_outside(space: Space) -> None:
    """Outputs that two builds would write to one place are refused before anything is built."""
    project = nested(space)
    project.write("build.star", 'set_build_path("../elsewhere")\n' + FILES)
    done = project.oxidize("verify")
    assert done.returncode == 2
    assert "outside of the project" in done.stderr
    assert not (space.root / "elsewhere").exists()
