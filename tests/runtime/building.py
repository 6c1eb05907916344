"""The runtime's C with the system's compiler, under AddressSanitizer and UBSan."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

from oxidize.distributions import probe
from oxidize.distributions.host import Probe, link_names
from oxidize.paths import runtime_folder
from tests import pythons

SANITIZE = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")


def link(python: Path, out: Path, sources: Iterable[Path]) -> None:
    """As link-runtime does, a program of these sources with all of a static libpython."""
    described = subprocess.run(
        [python, "-I", "-S", probe.__file__], capture_output=True, check=True
    ).stdout
    facts = Probe(json.loads(described))
    archive = facts.libpython_archive()
    command = [pythons.need_tool("gcc"), "-std=gnu11", "-O1", "-g", "-no-pie", "-Wall", *SANITIZE]
    command += [*map(str, sources), f"-I{runtime_folder()}"]
    command += [f"-I{folder}" for folder in facts.include_folders()]
    command += ["-Wl,--whole-archive", str(archive), "-Wl,--no-whole-archive", "-rdynamic"]
    subprocess.run([*command, *(f"-l{n}" for n in link_names(facts)), "-o", out], check=True)
