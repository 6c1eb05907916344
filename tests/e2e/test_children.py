"""Processes that the program starts: multiprocessing, and sys.executable as an interpreter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.space import run


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(probe: Path, method: str) -> None:
    """Pools, processes and shared memory work with every start method."""
    done = run(probe, "multiprocess", method)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout) == [[0, 1, 4, 9], 3, 0]
    assert done.stderr == b""


def test_sys_executable(probe: Path) -> None:
    """The program's own children may use sys.executable as python, and start the program again."""
    done = run(probe, "children")
    assert json.loads(done.stdout) == {
        "code": "['-c', 'x']\n",
        "isolated": "1\n",
        "options": "2\n",
        "module": "as a module\n",
        "stdlib": "[1,2]\n",
        "again": json.dumps([str(probe), "y"]) + "\n",
    }


def test_options_of_the_program(probe: Path) -> None:
    """From elsewhere, -c and -m are the program's own arguments."""
    assert run(probe, "-c", "print(1)").returncode == 1
    assert json.loads(run(probe, "argv", "-c", "x").stdout)[1:] == ["-c", "x"]
