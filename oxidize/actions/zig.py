"""zig: the C toolchain, from the `ziglang` wheel."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from oxidize.actions.kind import ActionContext, Needs
from oxidize.errors import ActionError, Diagnostic, EnvironmentProblem

# For C of oxidize's own. One constant set: zig builds a libc afresh for each new combination (3 to
# 90 s).
FLAGS = (
    "-std=gnu11",
    "-O2",
    "-g0",
    "-fno-sanitize=undefined",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wno-date-time",
)
_MACHINES = {"ppc64le": "powerpc64le"}


@cache
def folder() -> Path:
    """Where the wheel is installed. Raises EnvironmentProblem when it isn't."""
    spec = importlib.util.find_spec("ziglang")
    if spec is None or not spec.submodule_search_locations:
        raise EnvironmentProblem(
            Diagnostic("OX0721", "the C toolchain is missing", help="pip install 'ziglang>=0.17'")
        )
    return Path(next(iter(spec.submodule_search_locations)))


@cache
def version() -> str:
    """The wheel's version, from the name of its metadata folder (importlib.metadata is slow)."""
    found = sorted(folder().parent.glob("ziglang-*.dist-info"))
    return found[-1].name.split("-")[1].removesuffix(".dist") if found else "unknown"


def compiler() -> list[str]:
    """The C compiler's command line."""
    return [str(folder() / "zig"), "cc"]


def dlltool() -> list[str]:
    """The command line of what makes import libraries."""
    return [str(folder() / "zig"), "dlltool"]


def llvm_version(context: ActionContext) -> str:
    """Of the LLVM that is in it: "22.1.8"."""
    argv = [*compiler(), "--version"]
    said = context.run(argv, env=environment(context), needs=needs(context)).stdout.decode()
    found = re.search(r"clang version (\d+(?:\.\d+)*)", said)
    if found is None:
        raise ActionError(Diagnostic("OX0721", f"zig doesn't tell its version of LLVM: {said}"))
    return found[1]


def macos_sdk() -> str:
    """The version of Apple's headers that are in it: "27.0"."""
    settings = folder() / "lib" / "libc" / "darwin" / "SDKSettings.json"
    return str(json.loads(settings.read_text(encoding="utf-8"))["Version"])


def musl_version() -> str:
    """The version of musl that is in it, which static programs have: "1.2.5"."""
    header = folder() / "lib" / "libc" / "musl" / "src" / "internal" / "version.h"
    found = re.search(r'"(.+)"', header.read_text(encoding="utf-8"))
    return found[1] if found else ""


def environment(context: ActionContext) -> Mapping[str, str]:
    """The variables that it is run with."""
    cache = str(_cache(context))
    return {"ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache}


def needs(context: ActionContext) -> Needs:
    """What it needs of the machine."""
    return Needs(read=(folder(),), write=(_cache(context),))


def _cache(context: ActionContext) -> Path:
    return context.tool_cache / "zig"


def target(triple: str, libc: str) -> str:
    """zig's name of a target: ("x86_64-unknown-linux-gnu", "glibc-2.36") gives
    "x86_64-linux-gnu.2.36", ("aarch64-apple-darwin", "macOS-11.0") "aarch64-macos.11.0"."""
    machine, _, rest = triple.partition("-")
    if "windows" in rest:
        # Its headers and import libraries; the C runtime is Microsoft's own, the "universal" one.
        return f"{machine}-windows-gnu"
    environment = rest.rpartition("-")[2]
    family, _, number = libc.partition("-")
    if family == "macOS":
        return f"{machine}-macos.{number}"
    floor = f".{number}" if family == "glibc" and number else ""
    return f"{_MACHINES.get(machine, machine)}-linux-{environment}{floor}"
