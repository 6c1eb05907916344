"""What is installed: oxidize, what it is made with, and whether its tools run."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from typing import TYPE_CHECKING

from oxidize import __version__
from oxidize.actions import zig
from oxidize.cli.doctor.row import Row, Status
from oxidize.errors import OxidizeError
from oxidize.packages import uv

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_SECTION = "installed"
# A first start may have to read the program from a slow disk.
_PATIENCE = 60
# What a build without packages does without.
_SPARED = ("httpx", "packaging", "rich", "uv")
_AGAIN = "install oxidize again: pip install --force-reinstall oxidize"


def installed() -> Iterator[Row]:
    """Rows of oxidize, of Python, of each distribution that oxidize requires, and of the tools."""
    yield Row(_SECTION, "oxidize", "ok", __version__)
    where = f"{platform.python_implementation()} {platform.python_version()} ({sys.executable})"
    yield Row(_SECTION, "Python", "ok", where)
    yield Row(_SECTION, "system", "ok", platform.platform())
    yield from _distributions()
    yield _tool("zig", "problem", lambda: [*zig.compiler()[:1], "version"])
    yield _tool("uv runs", "warning", lambda: [uv.program(), "--version"])


def _distributions() -> Iterator[Row]:
    try:
        from packaging.requirements import Requirement

        lines = metadata.requires("oxidize") or []
    except ImportError as error:  # also of metadata: oxidize runs from a folder
        text = f"what oxidize requires isn't known: {error}"
        yield Row(_SECTION, "requirements", "warning", text, _AGAIN)
        return
    for requirement in map(Requirement, lines):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield _distribution(requirement.name, requirement)


def _distribution(name: str, requirement: Requirement) -> Row:
    bad: Status = "warning" if name in _SPARED else "problem"
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Row(_SECTION, name, bad, "isn't installed", f"pip install '{requirement}'")
    if not requirement.specifier.contains(version, prereleases=True):
        message = f"{version}, and oxidize needs {requirement.specifier}"
        return Row(_SECTION, name, bad, message, f"pip install '{requirement}'")
    return Row(_SECTION, name, "ok", version)


def _tool(name: str, bad: Status, command: Callable[[], Sequence[str]]) -> Row:
    """Whether a program starts and says its version."""
    try:
        argv = command()
        done = subprocess.run(argv, capture_output=True, timeout=_PATIENCE, check=True)
    except OxidizeError as error:
        return Row.of_error(_SECTION, name, bad, error)
    except (OSError, subprocess.SubprocessError) as error:
        return Row(_SECTION, name, bad, f"doesn't run: {error}", _AGAIN)
    return Row(_SECTION, name, "ok", f"{done.stdout.decode(errors='replace').strip()} ({argv[0]})")
