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

# Known, but nothing builds for them yet.
UNAVAILABLE = ("aarch64-pc-windows-msvc",)

_ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}


def system_of(triple: str) -> str:
    """The family of systems that a triple is of: "linux", "darwin" or "windows"."""
    return next((name for name in ("darwin", "windows") if f"-{name}" in triple), "linux")


def without_level(triple: str) -> str:
    """Without the level of the processor: x86_64_v3 is for some of those that x86_64 is for."""
    machine, dash, rest = triple.partition("-")
    return machine.partition("_v")[0] + dash + rest


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


def apple_machine(machine: str) -> str:
    """What Apple calls a machine of a triple."""
    return "arm64" if machine == "aarch64" else machine
