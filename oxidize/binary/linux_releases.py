"""The Linux releases and the newest versions of symbols that their libraries have.

docs/analyze.md says where the numbers are from.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen


@frozen
class Release:
    """A release; `versions` are the newest of its glibc, libstdc++ (two families) and libgcc, or
    of its musl."""

    family: str
    version: str
    versions: Mapping[str, str]

    def has(self, family: str, version: str) -> bool:
        """Whether its libraries have that version of symbols."""
        # GCC_11.0 and such are of aarch64 alone, and not below what others count as GCC_12.0.0.
        own_count = family == "GCC" and version.count(".") < 2
        return own_count or version_key(version) <= version_key(self.versions[family])


def version_key(version: str) -> tuple[int, ...]:
    """Sorts "2.9" before "2.17", and "" (any version) before all."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def oldest_releases(needs: Mapping[str, str]) -> Mapping[str, str]:
    """Family -> its oldest known release that has all of these; families without one are left
    out, and those of another C library. Needs of other things than the C library and GCC's are
    passed over."""
    found: dict[str, str] = {}
    libc = "musl" if "musl" in needs else "GLIBC"
    for release in RELEASES:
        known = {family: v for family, v in needs.items() if family in release.versions}
        if libc in known and all(release.has(family, version) for family, version in known.items()):
            found.setdefault(release.family, release.version)
    return found


def _release(family: str, version: str, glibc: str, glibcxx: str, abi: str, gcc: str) -> Release:
    names = {"GLIBC": glibc, "GLIBCXX": glibcxx, "CXXABI": abi, "GCC": gcc}
    return Release(family, version, names)


def _alpine(version: str, musl: str) -> Release:
    return Release("Alpine", version, {"musl": musl})


# Of each family from the oldest on.
RELEASES = (
    _release("Debian", "10", "2.28", "3.4.25", "1.3.11", "7.0.0"),
    _release("Debian", "11", "2.31", "3.4.28", "1.3.12", "7.0.0"),
    _release("Debian", "12", "2.36", "3.4.30", "1.3.13", "12.0.0"),
    _release("Debian", "13", "2.41", "3.4.33", "1.3.15", "14.0.0"),
    _release("Ubuntu", "16.04", "2.23", "3.4.21", "1.3.9", "4.8.0"),
    _release("Ubuntu", "18.04", "2.27", "3.4.25", "1.3.11", "7.0.0"),
    _release("Ubuntu", "20.04", "2.31", "3.4.28", "1.3.12", "7.0.0"),
    _release("Ubuntu", "22.04", "2.35", "3.4.30", "1.3.13", "12.0.0"),
    _release("Ubuntu", "24.04", "2.39", "3.4.32", "1.3.15", "14.0.0"),
    _release("Ubuntu", "26.04", "2.43", "3.4.35", "1.3.17", "14.0.0"),
    _release("RHEL", "7", "2.17", "3.4.19", "1.3.7", "4.8.0"),
    _release("RHEL", "8", "2.28", "3.4.25", "1.3.11", "7.0.0"),
    _release("RHEL", "9", "2.34", "3.4.29", "1.3.13", "7.0.0"),
    _release("RHEL", "10", "2.39", "3.4.33", "1.3.15", "14.0.0"),
    _release("Fedora", "36", "2.35", "3.4.30", "1.3.13", "12.0.0"),
    _release("Fedora", "38", "2.37", "3.4.31", "1.3.14", "13.0.0"),
    _release("Fedora", "40", "2.39", "3.4.32", "1.3.15", "14.0.0"),
    _release("Fedora", "41", "2.40", "3.4.33", "1.3.15", "14.0.0"),
    _release("Fedora", "42", "2.41", "3.4.34", "1.3.15", "14.0.0"),
    _release("Fedora", "43", "2.42", "3.4.34", "1.3.15", "14.0.0"),
    _release("Fedora", "44", "2.43", "3.4.35", "1.3.17", "14.0.0"),
    _release("Fedora", "45", "2.44", "3.4.36", "1.3.17", "14.0.0"),
    _release("openSUSE Leap", "15.2", "2.26", "3.4.28", "1.3.12", "7.0.0"),
    _release("openSUSE Leap", "15.5", "2.31", "3.4.32", "1.3.14", "13.0.0"),
    _release("openSUSE Leap", "15.6", "2.38", "3.4.33", "1.3.15", "14.0.0"),
    _release("openSUSE Leap", "16.0", "2.40", "3.4.34", "1.3.15", "14.0.0"),
    _release("Amazon Linux", "2", "2.26", "3.4.24", "1.3.11", "7.0.0"),
    _release("Amazon Linux", "2023", "2.34", "3.4.29", "1.3.13", "7.0.0"),
    _alpine("3.13", "1.2.2"),
    _alpine("3.16", "1.2.3"),
    _alpine("3.18", "1.2.4"),
    _alpine("3.20", "1.2.5"),
)
