"""What surrounds a build: triples, programs that something may ask for, variables."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping

from oxidize.cli.doctor.row import Row
from oxidize.cli.options import SANDBOX_VARIABLE
from oxidize.installers.system_tools import SYSTEM_TOOLS, MissingTool
from oxidize.packages.network import is_network_setting
from oxidize.redaction import shown_variable
from oxidize.suggest import did_you_mean
from oxidize.triples import TRIPLES, UNAVAILABLE, host_triple

_OWN = (
    "OXIDIZE_CACHE_DIR",
    "OXIDIZE_CACHE_MAX_SIZE",
    "OXIDIZE_CONFIG_DIR",
    "OXIDIZE_EXTRACT_DIR",
    "OXIDIZE_MIRROR",
    SANDBOX_VARIABLE,
)
_STARTS = ("OXIDIZE_", "UV_", "PIP_")
_ALSO = ("XDG_CACHE_HOME",)


def triples() -> Iterator[Row]:
    """A row for each triple that oxidize knows."""
    host = host_triple()
    for each in dict.fromkeys((host, *TRIPLES)):
        here = "this machine" if each == host else ""
        if here and not each.endswith("-linux-gnu"):
            text = f"{here}: programs are built on Linux with glibc so far"
            yield Row("triples", each, "problem", text)
        elif here:
            yield Row("triples", each, "ok", here)
        elif each not in UNAVAILABLE:
            yield Row("triples", each, "ok", "with a standalone CPython")
        else:
            text = "not yet: of Windows, programs are built for x86_64 so far"
            yield Row("triples", each, "note", text)


def programs() -> Iterator[Row]:
    """Programs outside of oxidize that only some builds need."""
    if path := shutil.which("git"):
        yield Row("programs", "git", "ok", path)
    else:
        text = "isn't installed: uv needs it for requirements such as git+https://..."
        yield Row("programs", "git", "note", text)
    for tool in SYSTEM_TOOLS:
        try:
            yield Row("programs", tool.name, "ok", f"{tool.version()} ({tool.find()})")
        except MissingTool as missing:
            yield Row("programs", tool.name, "note", str(missing), missing.help)


def variables(environ: Mapping[str, str]) -> Iterator[Row]:
    """The variables that change what builds do, without any credentials."""
    for name, value in sorted(environ.items()):
        if name.startswith("OXIDIZE_") and name not in _OWN:
            text = "oxidize doesn't know this variable"
            yield Row("variables", name, "warning", text, _meant(name))
        elif name.startswith(_STARTS) or name in _ALSO or _reaches(name):
            yield Row("variables", name, "ok", shown_variable(name, value, environ))


def _meant(name: str) -> str:
    return did_you_mean(name, _OWN, "{}") or f"known: {', '.join(_OWN)}"


def _reaches(name: str) -> bool:
    # HOME and its like are everywhere, and tell nothing.
    return is_network_setting(name) and name.upper().endswith(("_PROXY", "_BUNDLE", "_FILE"))
