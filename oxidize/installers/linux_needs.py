"""What programs need of a Linux system, as dependencies on packages."""

from __future__ import annotations

from oxidize.binary.portability import Needs
from oxidize.installers.nfpm import Packager

_CXX = ("GLIBCXX", "CXXABI")


def dependencies(packager: Packager, needs: Needs) -> tuple[str, ...]:
    """As a format writes them: ("GLIBC": "2.17") gives "libc6 (>= 2.17)" for Debian. A static
    program has none."""
    found = []
    glibc, cxx = needs.get("GLIBC"), any(each in needs for each in _CXX)
    if packager == "deb":
        found += [f"libc6 (>= {glibc})"] if glibc else []
        found += ["libstdc++6"] if cxx else []
        found += ["libgcc-s1"] if "GCC" in needs else []
        found += [_at_least("musl", needs["musl"], " (>= {})")] if "musl" in needs else []
    elif packager == "rpm":
        found += [f"libc.so.6(GLIBC_{glibc})(64bit)"] if glibc else []
        found += ["libstdc++.so.6()(64bit)"] if cxx else []
        found += ["libgcc_s.so.1()(64bit)"] if "GCC" in needs else []
    elif packager == "apk":
        found += [_at_least("musl", needs["musl"], ">={}")] if "musl" in needs else []
    else:
        found += [f"glibc>={glibc}"] if glibc else []
        found += ["gcc-libs"] if cxx or "GCC" in needs else []
    return tuple(found)


def _at_least(package: str, version: str, form: str) -> str:
    return package + form.format(version) if version else package
