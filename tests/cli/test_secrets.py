"""Credentials in build files and in what goes wrong with them: nobody is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.space import Space
from tests.packages import wheels
from tests.packages.index import PASSWORD, USER, index

BUILD_FILE = """
def make():
    exe = default_python_distribution().to_python_executable(name = "app")
    exe.add_python_resources(exe.pip_install({}))
    return exe

register_target("app", make)
"""


@pytest.fixture
def space(tmp_path: Path) -> Space:
    root = tmp_path / "project"
    root.mkdir()
    return Space(root, tmp_path / "cache")


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "args",
    [
        [f"tiny @ http://{USER}:{PASSWORD}@h.invalid/tiny-1.0-py3-none-any.whl"],
        [f"http://{USER}:{PASSWORD}@h.invalid/foo.tar.gz"],
        [f"git+https://{USER}:{PASSWORD}@h.invalid/foo"],
        [f"--index-url https://{USER}:{PASSWORD}@h.invalid/simple", "tiny"],
        [f"tiny = https://{USER}:{PASSWORD}@h.invalid/simple"],
    ],
)
def test_refused(space: Space, args: list[str], form: str) -> None:
    """Neither the message nor the line of the build file that it shows has a password."""
    space.write("build.star", BUILD_FILE.format(json.dumps(args)))
    done = space.oxidize("build", "--message-format", form)
    assert done.returncode == 2
    assert "h.invalid" in done.stderr
    assert PASSWORD not in done.stdout + done.stderr


def test_variable(space: Space, tmp_path: Path) -> None:
    """A password in a direct URL's variable is in no output and no file, also after failures."""
    wheel = wheels.make_wheel(tmp_path / "made", "tiny", "1.0")
    env = {"MYCODE": PASSWORD, "NO_PROXY": "127.0.0.1"}
    told = ""
    with index(tmp_path / "served", wheel) as host:
        url = f"http://{USER}:${{MYCODE}}@{host}/simple/tiny/tiny-1.0-py3-none-any.whl"
        space.write("build.star", BUILD_FILE.format(json.dumps([f"tiny @ {url}"])))
        done = space.oxidize("lock", env=env)
        assert done.returncode == 0, done.stderr
        lock = space.root / "oxidize.lock"
        assert f'url = "{url}"' in lock.read_text()
        lock.write_text(lock.read_text().replace(wheels.sha256(wheel), "0" * 64))
        for arguments in (("build",), ("build", "--message-format", "json")):
            done = space.oxidize(*arguments, env=env)
            assert done.returncode == 1
            assert "OX0907" in done.stderr
            told += done.stdout + done.stderr
    other = BUILD_FILE.format(json.dumps([f"tiny @ {url}#sha256={'0' * 64}"]))
    space.write("build.star", other)
    for words in (("build", "--locked"), ("lock",)):
        done = space.oxidize(*words, env=env)
        assert done.returncode in (1, 2)
        told += done.stdout + done.stderr
    assert "127.0.0.1" in told
    assert PASSWORD not in told
    for path in (*space.root.rglob("*"), *space.cache.rglob("*")):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes(), path
