"""Where a program may find itself: read-only, noexec, no Python, no files of its own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import pythons
from tests.e2e.roots import make_root, run_in
from tests.e2e.space import run

# What the loader, libc and CPython's own initialisation look at.
SYSTEM = re.compile(
    r"^(/etc/(ld\.so\.(preload|cache)|localtime)"
    r"|/(usr/)?lib(64)?/([^/]+/)?(ld-linux[^/]*|lib(c|m|dl|pthread|util|rt)\.so\.\d)"
    r"|/usr/(lib|share)/locale/.*|/usr/lib/([^/]+/)?gconv/.*"
    r"|/proc/sys/vm/overcommit_memory|/proc/self/(exe|fd/[./]*\d+))$"
)

IMPORTS = (
    *("probe.faults", "spaces.inner.thing", "there.is.none", "probe.missing"),
    *("json", "decimal", "datetime", "email.message", "unittest", "xml.etree.ElementTree"),
)


def test_read_only_root_and_noexec(probe: Path, root_only: None) -> None:
    """It runs on a read-only root whose /tmp is noexec, and writes nothing."""
    script = (
        "mount -t tmpfs -o noexec tmpfs /tmp && mount -o bind / /mnt && "
        "mount -o remount,bind,ro /mnt && "
        'mount -t proc proc /mnt/proc && exec chroot /mnt "$0" extensions'
    )
    place = Path("/opt") / f"oxidize-test-{probe.stat().st_ino}"
    shutil.copy(probe, place)
    try:
        done = subprocess.run(
            ["unshare", "-m", "sh", "-ec", script, str(place)], capture_output=True, check=False
        )
    finally:
        place.unlink()
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["sqlite"] == 42


def test_needs_glibc_only(probe: Path, root_only: None, tmp_path: Path) -> None:
    """A root that holds glibc, the program and nothing else is enough, OpenSSL included."""
    done = run_in(make_root(probe, tmp_path / "root"), "extensions")
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["ssl"] is True


def test_no_module_is_looked_for(probe: Path, tmp_path: Path) -> None:
    """No file is opened or stat'ed but by the loader, libc and CPython's initialisation."""
    strace = pythons.need_tool("strace")
    log = tmp_path / "trace"
    options = ("-f", "-s", "4096", "-e", "trace=%file", "-o", str(log))
    done = run(strace, *options, str(probe), "imports", *IMPORTS)
    assert list(json.loads(done.stdout)) == ["there.is.none", "probe.missing"]
    calls = [line for line in log.read_text().splitlines() if '"' in line and "execve" not in line]
    paths = {match for line in calls for match in re.findall(r'"(/[^"]*)"', line)}
    assert {p for p in paths if not SYSTEM.match(p)} <= {str(probe)}
    # Its own name is only resolved, never opened.
    opened = [line for line in calls if f'"{probe}"' in line and "readlink" not in line]
    assert opened == []


def test_survives_strip(probe: Path, tmp_path: Path) -> None:
    """An ordinary strip leaves a program that works."""
    copy = tmp_path / "stripped"
    subprocess.run([pythons.need_tool("strip"), "-o", copy, probe], check=True)
    assert json.loads(run(copy, "extensions").stdout)["sqlite"] == 42


@pytest.mark.parametrize("keep", [0.999, 0.5])
def test_cut_off(probe: Path, tmp_path: Path, keep: float) -> None:
    """A program that was cut off ends with an error, not with a wrong answer."""
    data = probe.read_bytes()
    copy = tmp_path / "cut"
    copy.write_bytes(data[: int(len(data) * keep)])
    copy.chmod(0o755)
    try:
        code = run(copy, "extensions").returncode
    except OSError:
        return
    assert code != 0


def damaged(probe: Path, copy: Path, at: int, value: bytes) -> subprocess.CompletedProcess[bytes]:
    data = bytearray(probe.read_bytes())
    start = data.rindex(b"OXIDIZE\0\2\0\0\0")
    data[start + at : start + at + len(value)] = value
    copy.write_bytes(data)
    copy.chmod(0o755)
    return run(copy, "code", "0")


@pytest.mark.parametrize(
    ("at", "value", "message"),
    [
        (0, b"X", "not a container"),
        (8, b"\3", "container version 3, this program reads 2"),
        (16, b"\xff" * 8, "container is cut off"),
        (64, b"\0", "section 0 is damaged"),
        (72, b"\xff" * 8, "section 0 is damaged"),
    ],
)
def test_damage(probe: Path, tmp_path: Path, at: int, value: bytes, message: str) -> None:
    """A damaged container gives one clear line and exit code 1."""
    done = damaged(probe, tmp_path / "damaged", at, value)
    line = f"{tmp_path}/damaged: damaged: {message}\n"
    assert (done.returncode, done.stderr.decode()) == (1, line)
