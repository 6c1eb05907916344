"""Libraries in C that CPythons are built with: what tells their versions in a program's bytes, and
what lists of vulnerabilities call them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from attrs import frozen


@frozen
class NativeLibrary:
    """`told` matches what a library's own code has in it, its version being the first group; None
    for one that doesn't tell. `names` are how names of licence texts and of files begin; `licence`
    is "" where it depends on the version."""

    name: str
    names: tuple[str, ...]
    cpe: str
    """Vendor and product."""
    licence: str
    told: re.Pattern[bytes] | None = None


_NUMBER = rb"(\d+\.\d+(?:\.\d+)*[a-z]?)"
_GCC = "GPL-3.0-or-later WITH GCC-exception-3.1"
LIBRARIES = (
    NativeLibrary(
        "bzip2",
        ("bzip2", "libbz2"),
        "bzip:bzip2",
        "bzip2-1.0.6",
        re.compile(_NUMBER + rb", \d{1,2}-[A-Z][a-z]{2}-\d{4}\0"),
    ),
    NativeLibrary(
        "expat",
        ("expat", "libexpat"),
        "libexpat_project:libexpat",
        "MIT",
        re.compile(rb"expat_" + _NUMBER + rb"\0"),
    ),
    NativeLibrary("libedit", ("libedit",), "libedit_project:libedit", "BSD-3-Clause"),
    NativeLibrary("gcc", ("libgcc_s", "libstdc++"), "gnu:gcc", _GCC),
    NativeLibrary("libcrypt", ("libcrypt.",), "libxcrypt_project:libxcrypt", "LGPL-2.1-or-later"),
    NativeLibrary("libffi", ("libffi",), "libffi_project:libffi", "MIT"),
    NativeLibrary("libuuid", ("libuuid",), "kernel:util-linux", "BSD-3-Clause"),
    NativeLibrary(
        "ncurses",
        ("ncurses", "libncurses", "libpanel", "libtinfo"),
        "gnu:ncurses",
        "X11-distribute-modifications-variant",
        re.compile(rb"ncurses (\d+\.\d+\.\d{8})\0"),
    ),
    NativeLibrary(
        "openssl",
        ("openssl-1", "libcrypto.so.1", "libssl.so.1", "libcrypto-1", "libssl-1"),
        "openssl:openssl",
        "OpenSSL",
        re.compile(rb"OpenSSL (1\.\d+\.\d+[a-z]?) +\d{1,2} [A-Z][a-z]{2} \d{4}\0"),
    ),
    NativeLibrary(
        "openssl",
        ("openssl", "libcrypto", "libssl"),
        "openssl:openssl",
        "Apache-2.0",
        re.compile(rb"OpenSSL " + _NUMBER + rb" +\d{1,2} [A-Z][a-z]{2} \d{4}\0"),
    ),
    NativeLibrary("readline", ("readline", "libreadline"), "gnu:readline", "GPL-3.0-or-later"),
    NativeLibrary("sqlite", ("sqlite", "libsqlite"), "sqlite:sqlite", "blessing"),
    NativeLibrary("xz", ("xz", "liblzma"), "tukaani:xz", ""),
    NativeLibrary(
        "zlib",
        ("zlib", "libz.", "zlib1"),
        "zlib:zlib",
        "Zlib",
        re.compile(rb"(?:de|in)flate " + _NUMBER + rb" Copyright"),
    ),
)


def library_called(name: str) -> NativeLibrary | None:
    """Which one a name means, such as "openssl-3" or "libcrypto.so.3"."""
    return next((each for each in LIBRARIES if name.lower().startswith(each.names)), None)


def versions_in(contents: Iterable[bytes | memoryview]) -> Mapping[str, str]:
    """The libraries that tell of themselves in some files, by name: their versions."""
    found: dict[str, str] = {}
    for data in contents:
        for each in LIBRARIES:
            if each.told and each.name not in found and (match := each.told.search(data)):
                found[each.name] = match[1].decode()
    return found


def cpe(product: str, version: str) -> str:
    """Its name in lists of vulnerabilities, which goes with a version: ("python:python", "3.13.5")
    gives "cpe:2.3:a:python:python:3.13.5:*:*:*:*:*:*:*"."""
    return f"cpe:2.3:a:{product}:{version}:*:*:*:*:*:*:*" if version else ""
