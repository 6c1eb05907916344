"""Builds that are killed or interrupted: the next one is as if nothing had been."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from oxidize.actions.registry import KINDS
from oxidize.executor.location import LAYOUT
from oxidize.executor.locks import try_lock
from oxidize.upkeep.verifier import Verifier
from tests.e2e.space import Space
from tests.executor.killing import BETWEEN
from tests.packages import wheels

BUILD_FILE = """
def beside(policy, resource):
    return resource.with_settings(include = getattr(resource, "name", "") != "app.spare")

def make():
    dist = default_python_distribution()
    policy = dist.make_python_packaging_policy()
    policy.register_resource_callback(beside)
    exe = dist.to_python_executable(
        name = "app",
        packaging_policy = policy,
        config = dist.make_python_interpreter_config(run_module = "app"),
    )
    exe.add_python_resources(exe.read_package_root(path = ".", packages = ["app"]))
    exe.add_python_resources(exe.pip_install(["alpha", "./mine", "--no-index", "-f", "house"]))
    files = FileManifest()
    files.add_python_resource("bin", exe)
    files.add_python_resources("lib", exe.pip_install(["alpha", "--no-index", "-f", "house"]))
    files.add_file(FileContent(filename = "notes", content = "text"))
    return files

register_target("app", make)
register_target("archive", lambda app: app.to_installer("tar.gz", "app"), depends = ["app"])
"""

TARGETS = ("app", "archive")


def make_project(space: Space) -> Space:
    """A small program that takes an action of almost every kind."""
    space.write("build.star", BUILD_FILE)
    space.write("app/__main__.py", "import alpha, mine\nprint(alpha.version, mine.version)\n")
    space.write("app/spare.py", "")
    space.write("app/data.txt", "data")
    wheels.make_wheel(space.root / "house", "alpha", "1.0")
    wheels.make_project(space.root / "mine", "mine")
    return space


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Space:
    """The program, built in one go."""
    space = make_project(Space(tmp_path_factory.mktemp("whole"), shared_cache))
    space.build(*TARGETS)
    return space


@pytest.fixture
def fresh(whole: Space, tmp_path: Path) -> Space:
    """The program, to be built in an empty cache, which has what zig compiled for any program."""
    (tmp_path / "project").mkdir()
    space = make_project(Space(tmp_path / "project", tmp_path / "cache"))
    zig = Path(LAYOUT) / "tools" / "zig"
    shutil.copytree(whole.cache / zig, space.cache / zig, symlinks=True)
    return space


def build(space: Space, when: str, what: str) -> subprocess.CompletedProcess[str]:
    """A build that gets that signal then."""
    return space.oxidize(when, what, "build", *TARGETS, "-j1", module="tests.executor.killing")


def entries(space: Space) -> list[dict[str, Any]]:
    """What actions left, all that a cache has."""
    files = (space.cache / LAYOUT / "actions").glob("*/*")
    return [json.loads(path.read_bytes().partition(b"\n")[2]) for path in files]


def kinds(space: Space) -> set[str]:
    """The kinds of actions that ran."""
    return {row["parts"]["action"].partition("/")[0] for row in entries(space)}


def made(space: Space) -> set[tuple[str, str]]:
    """What each action was called, and what it made."""
    return {(row["label"], json.dumps(row["outputs"])) for row in entries(space)}


def kill_everywhere(space: Space, kinds: Sequence[str]) -> Counter[str]:
    """Kills builds further and further into actions of each kind, until one gets to its end; how
    often, by kind."""
    points = dict.fromkeys(kinds, 1)
    killed: Counter[str] = Counter()
    while True:
        when = ",".join(f"{kind}:{number}" for kind, number in points.items())
        done = build(space, when, "SIGKILL")
        if done.returncode != -signal.SIGKILL:
            assert done.returncode == 0, done.stderr
            return killed
        killed[done.stdout] += 1
        points[done.stdout] = points[done.stdout] * 6 + 1


def outputs(space: Space) -> dict[str, bytes]:
    """All files in the project's output folder."""
    folder = space.root / "build"
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def assert_sound(space: Space, whole: Space) -> None:
    """Outputs and cache are those of an undisturbed build, and nothing else is left."""
    assert outputs(space) == outputs(whole)
    assert made(space) <= made(whole)
    root = space.cache / LAYOUT
    assert Verifier(root).verify().dropped == ()
    assert list((root / "scratch").iterdir()) == []
    # A lock whose holder was killed is nobody's.
    for lock in (root / "locks").iterdir():
        held = try_lock(lock)
        assert held, lock
        held.release()


def test_killed_anywhere(fresh: Space, whole: Space) -> None:
    """However often a build is killed, wherever in actions of any kind, and between them, the next
    one goes on from there, and in the end all bytes are those of an undisturbed build."""
    killed = kill_everywhere(fresh, [*KINDS, BETWEEN])
    assert all(killed[kind] >= 2 for kind in [*kinds(fresh), BETWEEN]), killed
    assert killed.total() >= 20
    assert_sound(fresh, whole)
    fresh.oxidize("cache", "gc")
    assert list(fresh.cache.rglob(".oxidize-*")) == []


def test_interrupted_anywhere(fresh: Space, whole: Space) -> None:
    """Ctrl-C in the middle of real actions ends the build, and the next one is right."""
    for when in (
        "install-packages/run:1",
        "host-import:100",
        "link-runtime/run:1",
        "compile/run:1",
    ):
        done = build(fresh, when, "SIGINT")
        assert done.returncode == 130, done.stderr
        assert done.stderr.splitlines()[-1] == "interrupted"
    fresh.build(*TARGETS)
    assert_sound(fresh, whole)
