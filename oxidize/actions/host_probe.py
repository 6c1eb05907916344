"""host-probe: asks an installed CPython what it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from oxidize.actions.kind import ActionContext, DiscoverContext, Kind, Needs, OutputForm
from oxidize.distributions import probe
from oxidize.errors import ActionError, Diagnostic, EnvironmentProblem
from oxidize.graph.action import Source, SourceFile
from oxidize.lookup import is_file, matching, read, real

# What an update of an installation in place changes, from its prefix.
_WITNESSES = (
    "lib/libpython3*.so*",
    "lib/python3.*/_sysconfigdata_*.py",
    "lib/python3.*/config-*/libpython3*.a",
    "include/python3.*/patchlevel.h",
)


class HostProbe(Kind):
    """python: path of an interpreter -> `description`: what distributions/probe.py prints."""

    mnemonic: ClassVar[str] = "host-probe"
    version: ClassVar[int] = 2
    outputs: ClassVar[Mapping[str, OutputForm]] = {"description": "file"}

    def discover(self, context: DiscoverContext) -> Mapping[str, tuple[Source, ...]]:
        """The interpreter and whatever changes with it, so that an update is noticed."""
        python = Path(str(context.params["python"]))
        if not is_file(python):
            raise EnvironmentProblem(
                Diagnostic(
                    "OX0503",
                    f"there is no Python at {python}",
                    help='name one that is there: default_python_distribution(python = "...")',
                )
            )
        prefixes = [python.parent.parent, real(python).parent.parent, *_base(python)]
        files = {real(python), Path(probe.__file__)}
        for prefix in dict.fromkeys(prefixes):
            files.update(p for pattern in _WITNESSES for p in matching(prefix, pattern))
            config = prefix / "pyvenv.cfg"
            files.update([config] if is_file(config) else [])
        return {"witness": tuple(SourceFile(str(path)) for path in sorted(files))}

    def run(self, context: ActionContext) -> None:
        """Runs the probe."""
        python = str(context.params["python"])
        try:
            answer = context.run(
                [python, "-I", "-S", probe.__file__], needs=Needs(machine=True)
            ).stdout
        except ActionError as error:
            raise no_python(python, error.output or error.diagnostic.message) from error
        try:
            json.loads(answer)
        except ValueError as error:
            raise no_python(python, answer.decode(errors="replace")) from error
        context.output("description").write_bytes(answer)


def _base(python: Path) -> list[Path]:
    """Where the CPython of a virtual environment is installed."""
    config = python.parent.parent / "pyvenv.cfg"
    if not is_file(config):
        return []
    text = read(config).decode(errors="replace")
    home = re.search(r"^home *= *(.+?) *$", text, re.MULTILINE)
    return [Path(home[1]).parent] if home else []


def no_python(python: str, said: str) -> EnvironmentProblem:
    """The error for a program that isn't a Python, by what it said when it was asked."""
    lines = [line for line in said.splitlines() if line.strip()]
    shown = [*lines[:2], "...", lines[-1]] if len(lines) > 3 else lines
    return EnvironmentProblem(
        Diagnostic(
            "OX0515",
            f"{python} doesn't describe itself as a Python does",
            notes=tuple(f"it said: {line}" for line in shown),
            help='name another one: default_python_distribution(python = "/path/to/python3")',
        )
    )
