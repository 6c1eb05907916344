"""`oxidize run`: becoming the program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BECOME = "import sys; from oxidize.cli.run import become; become(sys.argv[1], sys.argv[2:])"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program"
    path.write_text(f"#!{sys.executable}\n" + CODE)
    path.chmod(0o755)
    return path


CODE = """
import os, signal, sys
print(os.getpid(), sys.argv[1:], sys.stdin.read(), flush=True)
if sys.argv[1] == "signal":
    os.kill(os.getpid(), signal.SIGUSR1)
sys.exit(7)
"""


def become(program: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BECOME, str(program), *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_process_is_the_program(program: Path) -> None:
    """Process id, arguments, stdin and exit code are the program's."""
    process = become(program, "--x", "a b", "")
    out, _ = process.communicate("input", timeout=10)
    assert out == f"{process.pid} ['--x', 'a b', ''] input\n"
    assert process.returncode == 7


def test_death_by_signal(program: Path) -> None:
    """A program that dies by a signal is seen to die by it."""
    process = become(program, "signal")
    process.communicate("", timeout=10)
    assert process.returncode == -signal.SIGUSR1


def test_broken_pipes_kill_as_usual(tmp_path: Path) -> None:
    """Signals that Python ignores have their usual effect in the program."""
    path = tmp_path / "program"
    path.write_text("#!/bin/sh\nkill -PIPE $$\n")
    path.chmod(0o755)
    process = become(path)
    process.communicate(timeout=10)
    assert process.returncode == -signal.SIGPIPE


def test_foreign_program(tmp_path: Path) -> None:
    """A program of another system is refused with its path."""
    path = tmp_path / "program"
    path.write_bytes(b"MZ\0\0")
    path.chmod(0o755)
    process = become(path)
    _, err = process.communicate(timeout=10)
    assert f"can't run {path}" in err
