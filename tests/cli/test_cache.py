"""`oxidize cache`: what it says and does."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from oxidize.cli.main import main
from oxidize.executor.in_use import CacheUse
from tests.e2e.space import Space

BUILD_FILE = """
def make():
    files = FileManifest()
    files.add_file(FileContent(filename = "notes", content = VARS["text"]))
    return files

register_target("notes", make)
"""


@pytest.fixture
def space(tmp_path: Path) -> Space:
    """A project whose build is cheap, built."""
    (tmp_path / "project").mkdir()
    space = Space(tmp_path / "project", tmp_path / "cache")
    space.write("build.star", BUILD_FILE)
    space.build("--var", "text=some")
    return space


def document(space: Space, *arguments: str) -> Any:
    done = space.oxidize("cache", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_info(space: Space) -> None:
    """info tells where the cache is and what lies in it, to people and to programs."""
    told = document(space, "info")
    assert (told["format"], told["path"], told["in_use"]) == (1, str(space.cache), False)
    assert told["kinds"]["actions"]["entries"] == 1
    assert told["size"] == sum(kind["size"] for kind in told["kinds"].values())
    assert told["oldest"] == told["newest"]
    shown = space.oxidize("cache", "info").stdout
    assert shown.startswith(f"{space.cache} (layout v1)\n  actions ")


def test_info_of_nothing(tmp_path: Path) -> None:
    """Without a cache there is nothing to tell, and none is made."""
    told = document(Space(tmp_path, tmp_path / "none"), "info")
    assert (told["size"], told["newest"]) == (0, None)
    assert not (tmp_path / "none").exists()


def test_gc(space: Space) -> None:
    """gc tells what it removed and what is left; the next build is right."""
    would = space.oxidize("cache", "gc", "--max-size", "0", "-n").stderr
    assert "would remove 1 of actions" in would
    told = document(space, "gc", "--max-size", "0")
    assert told["removed"]["actions"]["entries"] == 1
    assert (told["busy"], told["dry_run"]) == (False, False)
    assert "(1 ran, 0 cached" in space.build("--var", "text=other").stderr
    assert "nothing to remove" in space.oxidize("cache", "gc", "--max-age", "30d").stderr


def test_verify(space: Space) -> None:
    """verify ends with exit code 1 if something was damaged, and names it."""
    assert document(space, "verify")["dropped"] == []
    (blob,) = (path for path in (space.cache / "v1" / "blobs").rglob("*") if path.is_file())
    blob.chmod(0o644)
    blob.write_text("else")
    done = space.oxidize("cache", "verify")
    assert done.returncode == 1
    assert f"dropped {blob}: not the content that its name says" in done.stderr
    (space.outputs("notes") / "notes").unlink()
    assert "(1 ran, 0 cached" in space.build("--var", "text=some").stderr


def test_clean(space: Space) -> None:
    """clean removes all layouts, and nothing else that lies there."""
    (space.cache / "v0" / "blobs").mkdir(parents=True)
    (space.cache / "mine").write_text("text")
    done = space.oxidize("cache", "clean")
    assert (done.returncode, "OX0712" in done.stderr) == (2, True)
    assert document(space, "clean", "--yes")["freed"] > 0
    left = {str(path.relative_to(space.cache)) for path in space.cache.rglob("*")}
    assert left == {"mine", "v0", "v0/in-use", "v1", "v1/in-use"}
    (space.outputs("notes") / "notes").unlink()
    assert "(1 ran, 0 cached" in space.build("--var", "text=some").stderr


@pytest.mark.parametrize("verb", ["build", "verify", "run", "targets", "graph", "check", "lock"])
def test_commands_hold_the_cache(verb: str, tmp_path: Path) -> None:
    """A command that takes something of the cache, or may, says so before it begins."""
    space = Space(tmp_path, tmp_path / "cache")
    space.write("build.star", "fail('at once')\n")
    assert space.oxidize(verb).returncode == 2
    assert (space.cache / "v1" / "in-use").exists()


def clean_on_terminal(space: Space, answer: str) -> str:
    """What is shown to somebody who is asked and answers."""
    keyboard, terminal = pty.openpty()
    env = {**os.environ, "OXIDIZE_CACHE_DIR": str(space.cache)}
    argv = [sys.executable, "-m", "oxidize", "cache", "clean"]
    os.write(keyboard, f"{answer}\n".encode())
    done = subprocess.run(
        argv, env=env, stdin=terminal, capture_output=True, text=True, check=True, timeout=30
    )
    os.close(keyboard)
    os.close(terminal)
    return done.stderr


def test_clean_asks(space: Space) -> None:
    """On a terminal, clean asks; it removes nothing unless the answer is yes."""
    assert f"remove all of {space.cache}" in (shown := clean_on_terminal(space, "n"))
    assert shown.endswith("nothing was removed\n")
    assert "removed " in clean_on_terminal(space, "y")
    assert document(space, "info")["size"] == 0


def test_clean_waits(space: Space) -> None:
    """While another command uses the cache, clean says that it waits, and does."""
    argv = [sys.executable, "-m", "oxidize", "cache", "clean", "--yes"]
    env = {**os.environ, "OXIDIZE_CACHE_DIR": str(space.cache)}
    with closing(CacheUse(space.cache / "v1")) as use:
        use.share()
        assert document(space, "info")["in_use"]
        process = subprocess.Popen(argv, env=env, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        assert "waiting for them to end" in process.stderr.readline()
        assert "notes is up to date" in space.build("--var", "text=some").stderr
    assert "removed " in process.communicate(timeout=30)[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["info", "--max-size", "5GB"], "--max-size is for oxidize cache gc"),
        (["gc", "--yes"], "--yes is for oxidize cache clean"),
        (["gc", "--max-size", "5 gigs"], "'5 gigs' is no size such as 5GB"),
        (["gc", "--max-age", "1m"], "'1m' is no span of time such as 30d"),
        (["purge"], "purge"),
        ([], "what"),
    ],
)
def test_wrong_arguments(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Options belong to one of them, and amounts have units."""
    assert main(["cache", *arguments]) == 2
    assert told in capsys.readouterr().err


def days_ago(path: Path, days: int) -> None:
    then = time.time() - days * 86_400
    os.utime(path, (then, then))


def test_by_itself(space: Space) -> None:
    """Once a day, a build removes what wasn't used for longest, if the cache is too large; never
    what was used lately."""
    root = space.cache / "v1"
    (first,) = (root / "actions").glob("*/*")
    days_ago(first, 3)
    small = {"OXIDIZE_CACHE_MAX_SIZE": "1kB"}

    def build(text: str, env: Mapping[str, str]) -> str:
        done = space.oxidize("build", "--var", f"text={text}", env=env)
        assert done.returncode == 0, done.stderr
        return done.stderr

    assert "the cache had more" not in build("other", small)
    assert first.exists()
    for env in ({}, {"OXIDIZE_CACHE_MAX_SIZE": "0"}):
        days_ago(root / "logs" / "tidied", 2)
        assert "the cache had more" not in build("other", env)
        assert first.exists()
    days_ago(root / "logs" / "tidied", 2)
    assert "the cache had more than 1.0 kB: removed " in build("other", small)
    assert not first.exists()
    assert len(list((root / "actions").glob("*/*"))) == 1
    assert "is up to date" in build("other", {})
    days_ago(root / "logs" / "tidied", 2)
    much = {"OXIDIZE_CACHE_MAX_SIZE": "much"}
    assert "OXIDIZE_CACHE_MAX_SIZE: 'much' is no size" in build("other", much)
