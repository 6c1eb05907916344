"""Questions of build files: asked on a terminal, answered by defaults elsewhere."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.e2e.space import REPOSITORY, Space

BUILD_FILE = """
def make():
    files = FileManifest()
    answers = [can_prompt(), prompt_confirm("Sure?", default = False)]
    answers.append(prompt_input("Name?", default = "nobody"))
    password = prompt_password("Password?", confirm = True, default = "none")
    print("shown:", password, type(password))
    files.add_file(FileContent(filename = "answers", content = repr(answers)))
    return files

register_target("answers", make)
"""


@pytest.fixture
def space(tmp_path: Path) -> Space:
    root = tmp_path / "project"
    root.mkdir()
    return Space(root, tmp_path / "cache")


def on_terminal(space: Space, answers: Sequence[tuple[str, str]]) -> tuple[int, str]:
    """(exit code, everything shown) of a build whose user waits for each text, then types."""
    keyboard, terminal = pty.openpty()
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(REPOSITORY),
        "OXIDIZE_CACHE_DIR": str(space.cache),
        "TERM": "dumb",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "oxidize", "build"],
        cwd=space.root,
        env=env,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    shown, waiting, seen = "", list(answers), 0
    while part := _read(keyboard):
        shown += part
        while waiting and waiting[0][0] in shown[seen:]:
            seen = shown.index(waiting[0][0], seen) + len(waiting[0][0])
            os.write(keyboard, waiting.pop(0)[1].encode() + b"\n")
    os.close(keyboard)
    return process.wait(), shown


def _read(keyboard: int) -> str:
    """What is shown next; nothing once the process has ended."""
    try:
        return os.read(keyboard, 4096).decode()
    except OSError:
        return ""


def test_asked_once_each(space: Space) -> None:
    """Each question is asked once, however often the build file is evaluated, and a wrong answer
    again; what is secret is never shown."""
    space.write("build.star", BUILD_FILE)
    answers = [("Sure?", "what"), ("Sure?", "y"), ("Name?", "")]
    passwords = [("Password?", "hidden"), ("again:", "hiden")]
    passwords += [("Password?", "hidden"), ("again:", "hidden")]
    code, shown = on_terminal(space, [*answers, *passwords])
    assert code == 0, shown
    assert shown.count("Sure? [y/N] ") == 2
    assert shown.count("Name? [nobody] ") == 1
    assert "that was something else" in shown
    assert "shown: <secret> Secret" in shown
    assert "hid" not in shown
    assert (space.outputs("answers") / "answers").read_text() == '[True, True, "nobody"]'


def test_defaults_without_a_terminal(space: Space) -> None:
    """Where nobody can be asked, defaults are the answers."""
    space.write("build.star", BUILD_FILE)
    space.build()
    assert (space.outputs("answers") / "answers").read_text() == '[False, False, "nobody"]'


def test_no_default_without_a_terminal(space: Space) -> None:
    """A question without a default is an error there, at the call that asks it."""
    space.write("build.star", BUILD_FILE.replace(', default = "nobody"', ""))
    done = space.oxidize("build")
    assert done.returncode == 2
    assert 'error[OX0226]: "Name?" can\'t be asked: standard input is no terminal' in done.stderr
    assert " --> build.star:5:" in done.stderr


def test_build_path(space: Space) -> None:
    """set_build_path() moves outputs, relative to the build file's folder."""
    space.write("build.star", 'set_build_path("out/of")\n' + BUILD_FILE)
    space.build()
    (found,) = space.root.glob("out/of/*/debug/answers/answers")
    assert found.is_file()
    assert not (space.root / "build").exists()
