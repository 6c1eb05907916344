"""Platforms: how uv calls the systems that wheels are taken for."""

from __future__ import annotations

_OLDEST_NAMED, _NEWEST_NAMED = 28, 40
# Many packages have no wheels for older systems any more.
_WHEELS_OF = 28


def wheel_libc(libc: str) -> str:
    """The C library that wheels may need, for programs that run with one as old as that."""
    family, _, version = libc.partition("-")
    minor = int(version.rpartition(".")[2] or 0)
    return f"glibc-2.{_WHEELS_OF}" if family == "glibc" and minor < _WHEELS_OF else libc


def uv_platform(triple: str, libc: str) -> str:
    """uv's name of a system: ("x86_64-unknown-linux-gnu", "glibc-2.36") gives
    "x86_64-manylinux_2_36"."""
    if not triple.endswith("-linux-gnu"):
        return triple
    machine = triple.partition("-")[0]
    minor = int(libc.rpartition(".")[2] or 17)
    if minor < _OLDEST_NAMED:
        return f"{machine}-manylinux_2_17"
    return f"{machine}-manylinux_2_{min(minor, _NEWEST_NAMED)}"
