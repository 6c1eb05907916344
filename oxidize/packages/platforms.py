"""Platforms: how uv calls the systems that wheels are taken for."""

from __future__ import annotations

_OLDEST_NAMED, _NEWEST_NAMED = 28, 40


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
