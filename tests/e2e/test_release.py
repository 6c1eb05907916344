"""What --release changes, and what builds say of the CPython that they used."""

from __future__ import annotations

import json
import platform
import subprocess
from pathlib import Path
from unittest.mock import ANY

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


def test_builds_say_what_programs_need(space: Space) -> None:
    """A build says what its programs need, as `analyze` does."""
    space.copy(HELLO)
    space.build()
    space.write("hello/more.py", "more = 1\n")
    told = space.build().stderr
    program = space.outputs("hello") / "hello"
    found = json.loads(space.oxidize("analyze", program, "--json").stdout)
    assert f"\nhello {found['verdict']}\n" in told
    assert found["verdict"].startswith("needs glibc 2.")
    owners = found["carries"]["owners"]
    assert owners["hello"] == {"count": owners["hello"]["count"], "size": ANY, "needs": {}}
    assert found["carries"]["about"]["python"] == platform.python_version()


def test_damaged_program(space: Space, tmp_path: Path) -> None:
    """A program whose container was changed is refused, not half told."""
    space.copy(HELLO)
    space.build()
    data = bytearray((space.outputs("hello") / "hello").read_bytes())
    data[-100] ^= 1
    (tmp_path / "changed").write_bytes(data)
    done = space.oxidize("analyze", tmp_path / "changed")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error[OX0601]: {tmp_path / 'changed'}: damaged: ")


def test_verbose_builds_name_the_distribution(space: Space) -> None:
    """With -v, a build says which CPython it used; without, it doesn't."""
    space.copy(HELLO)
    said = f"CPython {platform.python_version()} (host distribution), for "
    assert said not in space.build().stderr
    assert said in space.build("-v").stderr
