"""The CPythons of this machine that tests build with."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Iterator
from ctypes.util import find_library
from pathlib import Path

import pytest

from oxidize.executor.sandbox import problem

MINORS = ("3.11", "3.12", "3.13")
# For all that qemu 7.2 has at once, vectors of any length among it, OpenBLAS calculates wrongly.
_PROCESSORS = {"aarch64": ("-cpu", "cortex-a72")}
_CHECK = (
    "import sys, sysconfig, pathlib; c = sysconfig.get_config_var; "
    "assert '%d.%d' % sys.version_info[:2] == sys.argv[1]; "
    "assert any(pathlib.Path(c(d), c('LIBRARY')).is_file() for d in ('LIBPL', 'LIBDIR'))"
)


def _candidates(minor: str) -> Iterator[Path]:
    named = shutil.which(f"python{minor}")
    if named:
        yield Path(named)
    home = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(home.glob(f"versions/{minor}.*/bin/python{minor}"))
    yield from (Path(f"/usr/local/bin/python{minor}"), Path(f"/usr/bin/python{minor}"))


@functools.cache
def find(minor: str) -> Path | None:
    """A CPython of that version with a static libpython."""
    for path in _candidates(minor):
        if (
            path.is_file()
            and not subprocess.run(
                [path, "-c", _CHECK, minor], capture_output=True, check=False
            ).returncode
        ):
            return path
    return None


def missing(what: str) -> None:
    """Skips the test for want of a tool; fails it where everything must be there."""
    if os.environ.get("OXIDIZE_REQUIRE_ALL") == "1":
        pytest.fail(f"{what} is missing, and OXIDIZE_REQUIRE_ALL=1")
    pytest.skip(f"{what} is missing")


def need(minor: str) -> Path:
    """Such a CPython, or the test doesn't go on."""
    path = find(minor)
    if path is None:
        missing(f"python{minor} with a static libpython")
        raise AssertionError
    return path


def need_sandbox() -> None:
    """A machine that lets commands be kept from files, or the test doesn't go on."""
    if why := problem():
        missing(f"a sandbox ({why})")


def on_path(minor: str) -> dict[str, str]:
    """The environment in which the command `python3.x` is such a CPython."""
    return {"PATH": os.pathsep.join((str(need(minor).parent), os.environ.get("PATH", "")))}


def need_qemu(machine: str) -> list[str]:
    """The command that runs programs for another machine, or the test doesn't go on."""
    return [need_tool(f"qemu-{machine}-static"), *_PROCESSORS.get(machine, ())]


def need_library(name: str) -> None:
    """The system's library of that name, such as "EGL", or the test doesn't go on."""
    if find_library(name) is None:
        missing(f"lib{name}")


def need_tool(name: str) -> str:
    """The path of a command, or the test doesn't go on."""
    path = shutil.which(name)
    if path is None:
        missing(name)
        raise AssertionError
    return path
