"""Tags of wheels: the systems that they promise a program runs on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import frozen

from oxidize.binary.linux_releases import version_key
from oxidize.binary.portability import Needs
from oxidize.triples import apple_machine, system_of

# The glibc that tags without a number of their own stand for (PEP 513, 571 and 599).
_NAMED = {"manylinux1": "2.5", "manylinux2010": "2.12", "manylinux2014": "2.17"}
_NUMBERED = re.compile(r"(manylinux|musllinux|macosx)_(\d+)_(\d+)_(\w+)")
_PLAIN = ("linux", "win")
# What numbers are versions of, and what the needs of programs call that.
_FAMILIES = {
    "manylinux": ("glibc", "GLIBC"),
    "musllinux": ("musl", "musl"),
    "macosx": ("macOS", "macOS"),
}
# What tags say unless they are told: older systems have no part in what is done today.
_FLOORS = {"manylinux": "2_17", "musllinux": "1_2", "macosx": "11_0"}
_MUSL = "1.2"


@frozen
class PlatformTag:
    """One tag. `floor` is the version of the C library or of macOS from which on programs run; ""
    for tags that promise nothing of that."""

    text: str
    kind: str
    floor: str
    machine: str

    @classmethod
    def read(cls, text: str) -> PlatformTag | None:
        """None for what is no tag that a native program can have."""
        kind, _, machine = text.partition("_")
        if kind in _NAMED:
            return cls(text, "manylinux", _NAMED[kind], machine)
        if kind in _PLAIN:
            return cls(text, kind, "", machine)
        found = _NUMBERED.fullmatch(text)
        return cls(text, found[1], f"{found[2]}.{found[3]}", found[4]) if found else None

    def fits(self, triple: str) -> bool:
        """Whether programs for that triple may have it. What was linked with musl statically runs
        with glibc, too."""
        machine = triple.partition("-")[0]
        system = system_of(triple)
        if system == "windows":
            return (self.kind, self.machine) == ("win", "amd64")
        if system == "darwin":
            return self.kind == "macosx" and self.machine in ("x86_64", "arm64", "universal2")
        kinds = ("manylinux", "linux", *(("musllinux",) if triple.endswith("-musl") else ()))
        return self.kind in kinds and self.machine == machine

    def beyond(self, needs: Needs) -> str:
        """What a program needs beyond what the tag promises, such as "glibc 2.36"; else ""."""
        if self.kind not in _FAMILIES:
            return ""
        if self.kind == "manylinux" and "musl" in needs:
            return f"musl {needs['musl'] or _MUSL}"
        name, family = _FAMILIES[self.kind]
        needed = needs.get(family, "")
        # Tags have two numbers: of a third, they promise nothing.
        return f"{name} {needed}" if version_key(needed)[:2] > version_key(self.floor) else ""

    def promising(self, needed: str) -> str:
        """The tag that promises that, such as "glibc 2.36"."""
        name, _, version = needed.partition(" ")
        kind = next(kind for kind, (each, _) in _FAMILIES.items() if each == name)
        return f"{kind}_{'_'.join(version.split('.')[:2])}_{self.machine}"


def platform_of(triple: str) -> str:
    """The tag of programs for a triple, of which nobody said another: "x86_64-unknown-linux-gnu"
    gives "manylinux_2_17_x86_64"."""
    machine, system = triple.partition("-")[0], system_of(triple)
    if system == "windows":
        return "win_amd64"
    if system == "darwin":
        return f"macosx_{_FLOORS['macosx']}_{apple_machine(machine)}"
    kind = "musllinux" if triple.endswith("-musl") else "manylinux"
    return f"{kind}_{_FLOORS[kind]}_{machine}"


def tags_of(platform: str) -> Sequence[str]:
    """The tags that dots join in a wheel's name."""
    return platform.split(".")
