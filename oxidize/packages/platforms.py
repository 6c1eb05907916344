"""Platforms: how uv calls the systems that wheels are taken for."""

from __future__ import annotations

# Many packages have no wheels for older systems any more.
WHEELS_OF = "2.28"
_OLDEST_NAMED, _NEWEST_NAMED = 28, 40
# Machine -> uv's name of its systems, where that has no version of glibc.
_NAMED = {"x86_64": "", "aarch64": "", "riscv64": "riscv64-unknown-linux"}


def wheel_libc(libc: str, floor: str = WHEELS_OF) -> str:
    """The C library that wheels may need, for programs that run with one as old as that; `floor`
    is the oldest glibc that is asked for: "2.28"."""
    family, _, version = libc.partition("-")
    return f"glibc-{floor}" if family == "glibc" and minor(version) < minor(floor) else libc


def minor(glibc: str) -> int:
    """ "2.28" gives 28."""
    return int(glibc.rpartition(".")[2] or 0)


def has_wheels(triple: str) -> bool:
    """Whether uv knows wheels for that system."""
    return not triple.endswith("-linux-gnu") or triple.partition("-")[0] in _NAMED


def uv_platform(triple: str, libc: str) -> str:
    """uv's name of a system: ("x86_64-unknown-linux-gnu", "glibc-2.36") gives
    "x86_64-manylinux_2_36"."""
    if not triple.endswith("-linux-gnu"):
        return triple
    machine = triple.partition("-")[0]
    if named := _NAMED.get(machine):
        return named
    if minor(libc) < _OLDEST_NAMED:
        return f"{machine}-manylinux_2_17"
    return f"{machine}-manylinux_2_{min(minor(libc), _NEWEST_NAMED)}"
