"""How modules are compiled, and what the key of it covers."""

from __future__ import annotations

import subprocess
import sys
import zlib
from pathlib import Path

from oxidize.actions.compile import FLAGS
from oxidize.actions.registry import KINDS


def test_surroundings_of_the_compiler(tmp_path: Path) -> None:
    """The compiler has a fixed hash seed, no site, and nothing beside it on sys.path."""
    script = tmp_path / "script.py"
    script.write_text("import sys; print(hash('a'), 'site' in sys.modules, sys.path)")
    argv = [sys.executable, *FLAGS, str(script)]
    first, second = (
        subprocess.run(argv, env={"PYTHONHASHSEED": "0"}, capture_output=True, check=True).stdout
        for _ in range(2)
    )
    assert first == second
    assert b" False " in first
    assert str(tmp_path).encode() not in first


def test_keys_cover_what_compresses() -> None:
    """The version of zlib, which decides bytes, is in the keys of actions that compress."""
    for mnemonic in ("archive", "compile", "linux-package", "oci-image"):
        assert KINDS[mnemonic].tools()["zlib"] == zlib.ZLIB_RUNTIME_VERSION
