"""The network: whether the index of the user's settings answers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from oxidize.cli.doctor.row import Row
from oxidize.errors import OxidizeError
from oxidize.packages import uv
from oxidize.packages.network import network_environment
from oxidize.packages.places import Locations
from oxidize.packages.tool import PASSED
from oxidize.redaction import redacted

_SECTION = "network"
# Something that every index has, and that oxidize itself requires.
_ASKED = b"packaging\n"
_PATIENCE = 60
_HELP = "without a network, builds work with --offline, and with --wheelhouse DIR"


def network(environ: Mapping[str, str], folder: Path, *, asked: bool) -> Iterator[Row]:
    """A row of the index; without being asked to, no connection is opened."""
    if not asked:
        yield Row(_SECTION, "index", "note", "not asked: oxidize doctor --network does that")
        return
    with tempfile.TemporaryDirectory(prefix="oxidize-doctor-") as name:
        # An empty cache: what was fetched before would answer for the index.
        env = {
            **{name: environ[name] for name in PASSED if name in environ},
            **uv.environment(Path(name)),
            **network_environment(environ, Locations(), offline=False),
        }
        yield _ask(env, folder)


def _ask(env: Mapping[str, str], folder: Path) -> Row:
    try:
        # Without one, uv wants a Python on PATH.
        python = ["--python", sys.executable]
        argv = [uv.program(), "pip", "compile", "-", "--no-deps", "--no-header", "--quiet", *python]
        done = subprocess.run(
            argv,
            input=_ASKED,
            env=env,
            # There uv finds the project's own settings.
            cwd=folder,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except OxidizeError as error:
        return Row.of_error(_SECTION, "index", "warning", error)
    except subprocess.TimeoutExpired:
        return Row(_SECTION, "index", "warning", f"no answer in {_PATIENCE} s", _HELP)
    if done.returncode == 0:
        return Row(_SECTION, "index", "ok", "answers")
    said = redacted(done.stderr.decode(errors="replace"), {**os.environ, **env})
    # uv draws a tree of causes.
    lines = filter(None, (re.sub(r"^\W+", "", line) for line in said.splitlines()))
    return Row(_SECTION, "index", "warning", next(lines, "uv failed"), _HELP)
