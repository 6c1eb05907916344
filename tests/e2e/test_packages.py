"""Programs with packages: locked, installed, in one file, and run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.space import REPOSITORY, Space, run
from tests.packages import wheels

BUILD_FILE = """
def make():
    dist = default_python_distribution()
    exe = dist.to_python_executable(
        name = "app",
        config = dist.make_python_interpreter_config(run_module = "{module}"),
    )
    exe.add_python_resources(exe.pip_install({args}))
    return exe

register_target("app", make)
"""


def wants(space: Space, module: str, *args: str) -> None:
    text = BUILD_FILE.format(module=module, args=json.dumps(list(args)))
    space.write("build.star", text)


@pytest.fixture
def house(space: Space) -> Path:
    """A wheelhouse with `alpha`, which needs `beta`."""
    house = space.root / "house"
    code = "import beta\nfrom importlib.metadata import version\n"
    code += "print(beta.greeting, version('beta'))\n"
    wheels.make_wheel(house, "alpha", "1.0", {"alpha.py": code}, requires=["beta"])
    wheels.make_wheel(house, "beta", "1.0", {"beta.py": "greeting = 'hello'\n"})
    return house


def test_real_package(space: Space) -> None:
    """A package from an index, with what it needs, works in an empty environment."""
    wants(space, "rich", "rich==15.0.0")
    space.build()
    shown = run(space.outputs("app") / "app", env={"COLUMNS": "80"})
    assert shown.returncode == 0, shown.stderr
    assert "Rich features" in shown.stdout.decode()
    names = [row for row in (space.root / "oxidize.lock").read_text().splitlines() if "name" in row]
    assert names == [
        'name = "markdown-it-py"',
        'name = "mdurl"',
        'name = "pygments"',
        'name = "rich"',
    ]


def test_wheelhouse(space: Space, house: Path) -> None:
    """Without a network a folder of wheels is enough, for locking, building and running."""
    wants(space, "alpha", "alpha")
    done = space.oxidize("run", "--offline", "--wheelhouse", house)
    assert done.stdout == "hello 1.0\n", done.stderr
    again = space.oxidize("build", "--offline", "--locked")
    assert "app is up to date" in again.stderr


def test_lock_verb(space: Space, house: Path) -> None:
    """`oxidize lock` tells what it took, upgrades on request, and drops what is no target."""
    wants(space, "alpha", "alpha", "--no-index", "-f", "house")
    first = space.oxidize("lock")
    assert "  alpha 1.0 (new)\n  beta 1.0 (new)\n" in first.stderr
    assert "wrote oxidize.lock: 2 packages, 1 section" in first.stderr
    wheels.make_wheel(house, "beta", "2.0")
    assert "oxidize.lock is up to date" in space.oxidize("lock").stderr
    assert "  beta 1.0 -> 2.0\n" in space.oxidize("lock", "--upgrade", "beta").stderr
    wants(space, "beta", "beta<2", "--no-index", "-f", "house")
    told = json.loads(space.oxidize("lock", "--message-format", "json").stdout)
    assert told["changes"] == [
        {
            "target": "app",
            "python": "{}.{}".format(*sys.version_info),
            "package": name,
            "before": before,
            "after": after,
        }
        for name, before, after in (("alpha", "1.0", None), ("beta", "2.0", "1.0"))
    ]
    wrong = space.oxidize("lock", "--upgrade", "betta")
    assert wrong.returncode == 2
    assert "did you mean beta?" in wrong.stderr
    text = (space.root / "build.star").read_text()
    space.write("build.star", text.replace('register_target("app"', 'register_target("other"'))
    space.oxidize("lock")
    assert 'target = "app"' not in (space.root / "oxidize.lock").read_text()


def test_locked(space: Space, house: Path) -> None:
    """With --locked an outdated lock ends the build with exit code 2, before anything runs."""
    wants(space, "alpha", "alpha", "--no-index", "-f", "house")
    space.oxidize("lock")
    wants(space, "alpha", "alpha", "beta<2", "--no-index", "-f", "house")
    done = space.oxidize("build", "--locked")
    assert done.returncode == 2
    assert "beta<2 is new" in done.stderr
    assert not (space.root / "build").exists()


def test_unresolvable(space: Space, house: Path) -> None:
    """uv's own words, the place in the build file, exit code 1, and no traceback."""
    wants(space, "alpha", "beta>7", "--no-index", "-f", "house")
    done = space.oxidize("build")
    assert done.returncode == 1
    assert "beta>7" in done.stderr
    assert "unsatisfiable" in done.stderr
    assert "build.star:8:" in done.stderr
    assert "Traceback" not in done.stderr


def test_interrupted(space: Space, tmp_path: Path) -> None:
    """Ctrl-C while uv resolves ends oxidize at once, and the lock stays as it was."""
    before = "# Written by oxidize\nversion = 1\n"
    space.write("oxidize.lock", before)
    project = wheels.make_project(space.root / "mine", "mine")
    (project / "pyproject.toml").write_text(
        '[project]\nname = "mine"\ndynamic = ["version", "dependencies"]\n\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    started = tmp_path / "started"
    os.mkfifo(started)
    (project / "backend.py").write_text(
        f"open({str(started)!r}, 'w').close()\nimport signal\nsignal.pause()\n"
    )
    wants(space, "mine", "./mine", "--no-index")
    process = subprocess.Popen(
        [sys.executable, "-m", "oxidize", "build"],
        cwd=space.root,
        env={
            **os.environ,
            "PYTHONPATH": str(REPOSITORY),
            "OXIDIZE_CACHE_DIR": str(space.cache),
        },
        stderr=subprocess.PIPE,
        process_group=0,
    )
    with started.open():
        os.killpg(process.pid, signal.SIGINT)
    assert b"interrupted" in process.communicate(timeout=30)[1]
    assert process.returncode == 130
    assert (space.root / "oxidize.lock").read_text() == before


def test_two_calls_of_one_program(space: Space, house: Path) -> None:
    """Calls of one program give each its own packages; what isn't added isn't carried."""
    wants(space, "alpha", "alpha", "--no-index", "-f", "house")
    wheels.make_wheel(house, "gamma", "1.0")
    text = (space.root / "build.star").read_text()
    extra = '    exe.pip_install(["gamma"])\n    return exe'
    space.write("build.star", text.replace("    return exe", extra))
    space.build()
    program = space.outputs("app") / "app"
    assert run(program).stdout == b"hello 1.0\n"
    shown = space.oxidize("inspect", "--modules", program).stdout
    assert "beta" in shown
    assert "gamma" not in shown
