"""Builds see what they declare, and nothing else; without a network, they open no socket."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import pythons
from tests.e2e.space import Space, run
from tests.packages import wheels

BUILD_FILE = """
def make():
    dist = default_python_distribution()
    exe = dist.to_python_executable(
        name = "app",
        config = dist.make_python_interpreter_config(run_command = {code}),
    )
    exe.add_python_resources(exe.pip_install({args}, extra_envs = {env}))
    return exe

register_target("app", make)
"""


def wants(space: Space, code: str, *args: str, **env: str) -> None:
    text = BUILD_FILE.format(code=json.dumps(code), args=json.dumps(args), env=json.dumps(env))
    space.write("build.star", text)


def reading(space: Space, path: str) -> None:
    """A project whose back end reads a file."""
    project = wheels.make_project(space.root / "mine", "mine")
    backend = project / "backend.py"
    line = f"    name = open(os.path.expanduser({path!r})).read()\n"
    code = backend.read_text().replace("    import tomllib\n", f"    import tomllib\n{line}")
    backend.write_text(code)
    wants(space, "import mine; print(mine.version)", "./mine", "--no-index")


@pytest.mark.parametrize("path", ["../secret.txt", "~/.secret", "{root}/secret.txt"])
def test_undeclared(space: Space, tmp_path: Path, path: str) -> None:
    """A back end that reads what isn't its project's ends the build, which says what to do."""
    pythons.need_sandbox()
    home = tmp_path / "home"
    home.mkdir()
    (home / ".secret").write_text("x")
    space.write("secret.txt", "x")
    reading(space, path.format(root=space.root))
    done = space.oxidize("build", env={"HOME": str(home)})
    meant = home / ".secret" if path.startswith("~") else space.root / "secret.txt"
    assert done.returncode == 1, done.stderr
    assert "error[OX0446]: mine can't be built: uv failed" in done.stderr
    assert f"names {meant}, which isn't one of its inputs" in done.stderr
    assert "build.star:8:" in done.stderr


def test_declared(space: Space) -> None:
    """The same file in the project's folder is an input: it is there, and an edit is noticed."""
    reading(space, "secret.txt")
    space.write("mine/secret.txt", "x")
    space.build()
    assert run(space.outputs("app") / "app").stdout == b"1.0\n"
    space.write("mine/secret.txt", "y")
    assert "build mine" in space.build().stderr


@pytest.mark.parametrize("how", ["--no-sandbox", "OXIDIZE_SANDBOX"])
def test_without(space: Space, how: str) -> None:
    """Who wants it can do without the sandbox."""
    reading(space, str(space.write("secret.txt", how)))
    if how.startswith("-"):
        assert space.oxidize("build", how).returncode == 0
    else:
        assert space.oxidize("build", env={how: "0"}).returncode == 0


def test_same_bytes(space: Space, tmp_path: Path) -> None:
    """A program is the same, to the byte, with the sandbox and without."""
    pythons.need_sandbox()
    project = wheels.make_project(space.root / "mine", "mine")
    (project / "mine.py").write_text("import sys\nversion = {'a', 'b', 'c'}\n")
    wants(space, "import mine", "./mine", "--no-index")
    space.build()
    inside = (space.outputs("app") / "app").read_bytes()
    other = Space(space.root, tmp_path / "cache")
    tools = other.cache / "v1" / "tools"
    tools.mkdir(parents=True)
    # Its own libc takes zig half a minute.
    (tools / "zig").symlink_to(space.cache / "v1" / "tools" / "zig")
    shutil.rmtree(space.root / "build")
    other.build("--no-sandbox")
    assert (space.outputs("app") / "app").read_bytes() == inside


def offline(space: Space, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs oxidize where there is no network, and sees to it that no socket is opened for one."""
    strace, unshare = pythons.need_tool("strace"), pythons.need_tool("unshare")
    pythons.need_sandbox()
    trace = space.root.parent / "trace"
    before = [strace, "-f", "-qq", "-e", "trace=socket", "-o", str(trace)]
    done = space.oxidize(*arguments, before=(*before, unshare, "-Urn"))
    assert "AF_INET" not in trace.read_text()
    return done


def test_offline(space: Space) -> None:
    """With packages in uv's cache, --offline installs them and builds, without any socket."""
    code = "import rich; print(rich.__name__)"
    wants(space, code, "rich==15.0.0")
    space.build()
    wants(space, code, "rich==15.0.0", OFFLINE="yes")
    done = offline(space, "build", "--offline")
    assert done.returncode == 0, done.stderr
    assert "install the packages of app" in done.stderr
    assert run(space.outputs("app") / "app").stdout == b"rich\n"


def test_offline_and_cold(space: Space, tmp_path: Path) -> None:
    """What isn't in a cache is an error of --offline: when it is resolved, installed or loaded."""
    wants(space, "import rich", "rich==15.0.0")
    space.oxidize("lock")
    cold = Space(space.root, tmp_path / "cold")
    done = offline(cold, "build", "--offline")
    assert done.returncode == 1
    assert "error[OX0908]: packages can't be installed" in done.stderr
    assert "help: build once without --offline" in done.stderr
    (space.root / "oxidize.lock").unlink()
    done = offline(cold, "lock", "--offline")
    assert done.returncode == 1
    assert "error[OX0904]" in done.stderr
    assert "help: build once without --offline" in done.stderr
    space.write("build.star", 'load("@far//rules.star", "rule")\n')
    pin = f'url = "https://a.invalid/far.tar.gz"\nsha256 = "{"0" * 64}"\n'
    space.write("oxidize.toml", f"[libraries.far]\n{pin}")
    for verb in ("targets", "build"):
        assert "error[OX0122]" in offline(cold, verb, "--offline").stderr


def test_doctor_opens_nothing(space: Space) -> None:
    """Without --network, `oxidize doctor` opens no socket, and tells whether there is a sandbox."""
    wants(space, "import rich", "rich==15.0.0")
    done = offline(space, "doctor", "--json")
    assert done.returncode == 0, done.stdout
    (row,) = (r for r in json.loads(done.stdout)["rows"] if r["section"] == "sandbox")
    assert row["status"] == "ok"
