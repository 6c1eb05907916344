"""What --release changes, and what builds say of the CPython that they used."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

from tests import pythons
from tests.e2e.space import REPOSITORY, Space, run

HELLO = REPOSITORY / "samples" / "hello"


def tables(program: Path) -> str:
    """The names of sections and the table of symbols."""
    argv = [pythons.need_tool("readelf"), "-SsW", str(program)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def test_release(space: Space) -> None:
    """Both kinds carry no debug information; names of functions are in debug builds only."""
    space.copy(HELLO)
    space.build()
    space.build("--release")
    debug = space.outputs("hello") / "hello"
    release = space.outputs("hello", "release") / "hello"
    assert " main" in tables(debug).partition("'.symtab'")[2]
    assert ".symtab" not in tables(release)
    assert ".debug_info" not in tables(debug)
    assert release.stat().st_size < debug.stat().st_size < release.stat().st_size + 2_000_000
    assert run(debug).stdout == run(release).stdout == b"Hello, world!\n"


def test_release_says_what_it_needs(space: Space) -> None:
    """A release with the host's CPython says where it runs, also when nothing had to be built."""
    space.copy(HELLO)
    message = f"warning: the program needs glibc {platform.libc_ver()[1]} or newer"
    assert space.build("--release").stderr.count(message) == 1
    assert space.build("--release").stderr.count(message) == 1
    assert "glibc" not in space.build().stderr


def test_verbose_builds_name_the_distribution(space: Space) -> None:
    """With -v, a build says which CPython it used; without, it doesn't."""
    space.copy(HELLO)
    said = f"CPython {platform.python_version()} (host distribution), for "
    assert said not in space.build().stderr
    assert said in space.build("-v").stderr
