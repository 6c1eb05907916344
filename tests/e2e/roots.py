"""Roots of file systems that hold glibc, a program, and what a test puts there."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests import pythons
from tests.e2e.space import run

_LIBRARIES = ("c.so.6", "m.so.6", "dl.so.2", "pthread.so.0", "util.so.1", "rt.so.1", "resolv.so.2")


def make_root(program: Path, root: Path) -> Path:
    """Makes a root with glibc, an empty /proc, and the program as /probe."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    found = [Path(path) for path in re.findall(r"(/\S+) \(0x", listed)]
    libc = next(path for path in found if path.name == "libc.so.6")
    for path in {*found, *(libc.parent / f"lib{name}" for name in _LIBRARIES)}:
        if path.exists():
            target = root / str(path)[1:]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    shutil.copy(program, root / "probe")
    (root / "proc").mkdir()
    return root


def run_in(
    root: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Runs the program of a root there, with /proc; takes the fixture `root_only`."""
    script = f'mount -t proc proc "$0/proc" && exec {pythons.need_tool("chroot")} "$0" /probe "$@"'
    shell = ("unshare", "-m", "sh", "-ec", script, str(root))
    return run(*shell, *arguments, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **(env or {})})
