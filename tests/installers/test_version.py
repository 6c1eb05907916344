"""Versions of products: package managers sort what formats write as Python sorts versions."""

from __future__ import annotations

import itertools
import subprocess

import pytest
from packaging.version import Version

from oxidize.installers.version import (
    VersionProblem,
    apk_version,
    apple_version,
    arch_version,
    msi_version,
    msix_version,
    snap_version,
    tilde_version,
    windows_version,
)
from tests import pythons

SORTED = [
    *("1.0.dev1", "1.0a1.dev2", "1.0a1", "1.0b2", "1.0rc1", "1.0rc1+zz", "1.0rc2", "1.0"),
    *("1.0+zz.2", "1.0+zz.10", "1.0.post1.dev1", "1.0.post1", "1.0.post1+1", "1.0.post2"),
    *("1.0.1.dev1", "1.0.1", "1.1", "1.10", "2.0", "1!0.1"),
]


@pytest.mark.parametrize(("one", "two"), list(itertools.pairwise(SORTED)))
def test_dpkg(one: str, two: str) -> None:
    """dpkg sorts them as Python does."""
    assert Version(one) < Version(two)
    dpkg = pythons.need_tool("dpkg")
    texts = [f"{tilde_version(Version(each))}-1" for each in (one, two)]
    assert subprocess.run([dpkg, "--compare-versions", texts[0], "lt", texts[1]]).returncode == 0


@pytest.mark.parametrize(("one", "two"), list(itertools.pairwise(SORTED)))
def test_rpm(one: str, two: str) -> None:
    """So does rpm."""
    rpm = pythons.need_tool("rpm")
    texts = [tilde_version(Version(each)) for each in (one, two)]
    program = f'%{{lua:print(rpm.vercmp("{texts[0]}", "{texts[1]}"))}}'
    done = subprocess.run([rpm, "--eval", program], capture_output=True, text=True, check=True)
    if "!" not in two:  # Epochs are a field of their own there.
        assert done.stdout.strip() == "-1"


@pytest.mark.parametrize(
    ("version", "written"),
    [
        ("1.2.3", ("1.2.3", "1.2.3", "1.2.3", "1.2.3.0")),
        ("1.2", ("1.2", "1.2", "1.2.0", "1.2.0.0")),
        ("1.2.3rc1", ("1.2.3_rc1", "1.2.3rc1", None, None)),
        ("1.2.3a4", ("1.2.3_alpha4", "1.2.3a4", None, None)),
        ("1.2.3.post1", ("1.2.3_p1", "1.2.3.post1", None, None)),
        ("1.2.3.dev4", (None, None, None, None)),
        ("1.2.3+local", (None, "1.2.3+local", None, None)),
        ("2026.11.26", ("2026.11.26", "2026.11.26", None, "2026.11.26.0")),
        ("1!1.2", (None, "1:1.2", None, None)),
        ("1.2.3.4", ("1.2.3.4", "1.2.3.4", None, None)),
    ],
)
def test_written(version: str, written: tuple[str | None, ...]) -> None:
    """Each format writes a version in its own way, or refuses it."""
    forms = (apk_version, arch_version, msi_version, msix_version)
    for form, expected in zip(forms, written, strict=True):
        if expected is None:
            with pytest.raises(VersionProblem):
                form(Version(version))
        else:
            assert form(Version(version)) == expected


def test_numbers_alone() -> None:
    """Properties of files have the numbers of the release, whatever follows them."""
    assert windows_version(Version("1.2.3rc1")) == "1.2.3.0"
    assert windows_version(Version("99999.1")) == "65535.1.0.0"
    assert apple_version(Version("1.2rc1")) == "1.2.0"
    with pytest.raises(VersionProblem):
        snap_version(Version("1.2.3+" + "a" * 30))
