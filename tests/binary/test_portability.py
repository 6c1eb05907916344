"""What needs mean: the verdict in one line, and the Linux releases."""

from __future__ import annotations

from itertools import groupby, pairwise
from pathlib import Path

import pytest

from oxidize.binary.linux_releases import RELEASES, oldest_releases, version_key
from oxidize.binary.portability import Needs, Part, Portability

PAGE = Path(__file__).resolve().parents[2] / "docs" / "analyze.md"


def portability(**owners: Needs) -> Portability:
    return Portability(tuple(Part(f"{name}.so", name, needs) for name, needs in owners.items()))


@pytest.mark.parametrize(
    ("owners", "verdict"),
    [
        ({}, "needs no library of the system"),
        ({"a": {"musl": ""}}, "needs musl"),
        (
            {"a": {"musl": "1.2.3"}, "b": {"musl": "1.2.4", "GLIBCXX": "3.4.9"}},
            "needs musl 1.2.4 or newer (b: 1.2.4, a: 1.2.3): Alpine 3.18 or newer",
        ),
        (
            {"a": {"macOS": "11.0"}, "b": {"macOS": "9.9"}},
            "needs macOS 11.0 or newer (a: 11.0, b: 9.9)",
        ),
        ({"a": {"Windows": "6.0"}}, "needs Windows 6.0 or newer"),
        (
            {"CPython": {"GLIBC": "2.9"}, "numpy 2.1.0": {"GLIBC": "2.28"}},
            "needs glibc 2.28 or newer (numpy: 2.28, CPython: 2.9): "
            "Debian 10, Ubuntu 20.04, RHEL 8 or newer",
        ),
        (
            {"a": {"GLIBC": "2.17", "GLIBCXX": "3.4.30"}},
            "needs glibc 2.17 or newer: Debian 12, Ubuntu 22.04, RHEL 10 or newer",
        ),
        (
            {"a": {"GLIBC": "2.44"}},
            "needs glibc 2.44 or newer: Fedora 45 or newer",
        ),
        (
            {"a": {"GLIBC": "9.1"}},
            "needs glibc 9.1 or newer: newer than all releases that are known",
        ),
    ],
)
def test_verdict(owners: dict[str, Needs], verdict: str) -> None:
    """One line tells the newest of all needs, who needs what, and where that is found."""
    assert portability(**owners).verdict() == verdict


def test_written_and_read() -> None:
    """What actions write is what builds read."""
    written = portability(a={"GLIBC": "2.17"}, b={})
    assert Portability.load(written.dump()) == written


def test_numbers_of_aarch64() -> None:
    """The versions of libgcc that only aarch64 counts rule no release out."""
    assert oldest_releases({"GLIBC": "2.34", "GCC": "11.0"})["RHEL"] == "9"
    assert oldest_releases({"GLIBC": "2.34", "GCC": "14.0.0"})["RHEL"] == "10"


def test_releases_ascend() -> None:
    """In each family, a later release has all that an earlier one has."""
    for _, rows in groupby(RELEASES, key=lambda release: release.family):
        for older, newer in pairwise(rows):
            assert version_key(older.version) < version_key(newer.version)
            for family, version in older.versions.items():
                assert newer.has(family, version)


def test_the_table_in_the_documentation() -> None:
    """docs/analyze.md has the releases that the code knows."""
    text = PAGE.read_text(encoding="utf-8")
    glibc = [release for release in RELEASES if "GLIBC" in release.versions]
    rows = [f"| {r.family} {r.version} | {' | '.join(r.versions.values())} |" for r in glibc]
    assert "\n".join(["|---|---|---|---|---|", *rows, ""]) in text
    musl = [f"{r.version} ({r.versions['musl']})" for r in RELEASES if r not in glibc]
    assert f"Alpine {', '.join(musl[:-1])} and {musl[-1]}" in text
