"""Portability: what the native files of a program need of the system, and what that means.

Needs map a family to the oldest version that will do: "GLIBC", "GLIBCXX", "CXXABI" and "GCC" of
symbols, "musl", "macOS" and "Windows" of systems. "" stands for any version.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from attrs import asdict, frozen

from oxidize.binary.linux_releases import oldest_releases, version_key

Needs = Mapping[str, str]

INTERPRETER = "CPython"
"""Who the runtime and the standard library belong to."""
# What one line has room for.
_BEST_KNOWN = ("Debian", "Ubuntu", "RHEL", "Alpine")
_SYSTEMS = {"GLIBC": "glibc", "macOS": "macOS", "Windows": "Windows", "musl": "musl"}


def newest(all_needs: Iterable[Needs]) -> Needs:
    """What satisfies all of them."""
    found: dict[str, str] = {}
    for needs in all_needs:
        for family, version in needs.items():
            found[family] = max(found.get(family, ""), version, key=version_key)
    return found


@frozen
class Part:
    """A native file of a program, whose it is, and what it needs."""

    path: str
    owner: str
    needs: Needs


@frozen
class Portability:
    """The needs of all native files of a program."""

    parts: tuple[Part, ...]

    @property
    def needs(self) -> Needs:
        """What the program needs."""
        return newest(part.needs for part in self.parts)

    def by_owner(self) -> Mapping[str, Needs]:
        """What the files of each owner need."""
        owners = dict.fromkeys(part.owner for part in self.parts)
        return {
            owner: newest(part.needs for part in self.parts if part.owner == owner)
            for owner in owners
        }

    def verdict(self) -> str:
        """The needs in one line: "needs glibc 2.34 or newer: Debian 12, Ubuntu 22.04"."""
        needs = self.needs
        family = next((name for name in _SYSTEMS if name in needs), None)
        if family is None:
            return "needs no library of the system"
        version = f" {needs[family]} or newer" if needs[family] else ""
        text = f"needs {_SYSTEMS[family]}{version}{self._reasons(family)}"
        known = family == "GLIBC" or needs.get("musl")
        return f"{text}: {_releases(needs)}" if known else text

    def _reasons(self, family: str) -> str:
        """Who is to blame, and what would do for the others."""
        versions = {
            owner.partition(" ")[0]: needs[family]
            for owner, needs in self.by_owner().items()
            if needs.get(family)
        }
        if len(versions) < 2:
            return ""
        order = sorted(versions, key=lambda owner: version_key(versions[owner]), reverse=True)
        return f" ({', '.join(f'{owner}: {versions[owner]}' for owner in order[:3])})"

    def dump(self) -> str:
        """As JSON text."""
        return json.dumps([asdict(part) for part in self.parts], indent=1, sort_keys=True) + "\n"

    @classmethod
    def load(cls, text: str) -> Portability:
        """From what `dump` wrote."""
        return cls(tuple(Part(**row) for row in json.loads(text)))


def _releases(needs: Needs) -> str:
    oldest = oldest_releases(needs)
    shown = [f"{family} {oldest[family]}" for family in _BEST_KNOWN if family in oldest]
    shown = shown or [f"{family} {version}" for family, version in oldest.items()]
    return f"{', '.join(shown)} or newer" if shown else "newer than all releases that are known"
