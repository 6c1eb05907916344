"""Target triples: those that oxidize knows, and the one of this machine."""

from __future__ import annotations

import os
import platform
import sys

TRIPLES = (
    "aarch64-apple-darwin",
    "aarch64-pc-windows-msvc",
    "aarch64-unknown-linux-gnu",
    "aarch64-unknown-linux-musl",
    "ppc64le-unknown-linux-gnu",
    "riscv64-unknown-linux-gnu",
    "s390x-unknown-linux-gnu",
    "x86_64-apple-darwin",
    "x86_64-pc-windows-msvc",
    "x86_64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
)


_ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}


def is_built_for(triple: str) -> bool:
    """Whether programs can be built for a triple, on whatever machine."""
    return "-linux-" in triple or triple == "x86_64-pc-windows-msvc"


def host_triple() -> str:
    """The triple of this machine and its libc; it may be one that oxidize doesn't know."""
    machine = platform.machine().lower()
    return f"{_ARCHITECTURES.get(machine, machine)}-{_system(sys.platform)}"


def _system(name: str) -> str:
    if name == "darwin":
        return "apple-darwin"
    if name == "win32":
        return "pc-windows-msvc"
    return f"unknown-{name}-{_libc()}" if name == "linux" else f"unknown-{name}"


def _libc() -> str:
    # musl doesn't know the name.
    try:
        return "gnu" if os.confstr("CS_GNU_LIBC_VERSION") else "musl"
    except (OSError, ValueError):
        return "musl"
