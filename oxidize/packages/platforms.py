"""Platforms: how uv calls the systems that wheels are taken for."""

from __future__ import annotations

from attrs import frozen

# Many packages have no wheels for older systems any more.
WHEELS_OF = "2.28"
WHEELS_OF_MACOS = "11.0"
_OLDEST_NAMED, _NEWEST_NAMED = 28, 40
# Machine -> uv's name of its systems, where that has no version of glibc.
_NAMED = {"x86_64": "", "aarch64": "", "riscv64": "riscv64-unknown-linux"}


@frozen
class Floors:
    """The oldest versions of systems that programs are to run with."""

    glibc: str = WHEELS_OF
    macos: str = WHEELS_OF_MACOS

    def of(self, triple: str) -> str:
        """The one that counts for a triple."""
        return self.macos if triple.endswith("-darwin") else self.glibc


USUAL = Floors()


def wheel_libc(libc: str, floor: str = WHEELS_OF) -> str:
    """What wheels may need of the system, for programs that run with one as old as that; `floor`
    is the oldest version that is asked for: ("glibc-2.17", "2.28") gives "glibc-2.28"."""
    family, _, version = libc.partition("-")
    older = family in ("glibc", "macOS") and numbers(version) < numbers(floor)
    return f"{family}-{floor}" if older else libc


def numbers(version: str) -> tuple[int, ...]:
    """ "2.28" gives (2, 28)."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())


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
    minor = (*numbers(libc.rpartition("-")[2]), 0, 0)[1]
    if minor < _OLDEST_NAMED:
        return f"{machine}-manylinux_2_17"
    return f"{machine}-manylinux_2_{min(minor, _NEWEST_NAMED)}"


def uv_environment(libc: str) -> dict[str, str]:
    """What tells uv the version of a system that its name doesn't: that of macOS."""
    family, _, version = libc.partition("-")
    return {"MACOSX_DEPLOYMENT_TARGET": version} if family == "macOS" else {}
