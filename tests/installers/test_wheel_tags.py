"""Tags of wheels: what they promise, and whom they are for."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from oxidize.installers.wheel_tags import PlatformTag, platform_of
from oxidize.triples import TRIPLES, UNAVAILABLE, system_of

GNU, MUSL = "x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl"
MAC, WINDOWS = "aarch64-apple-darwin", "x86_64-pc-windows-msvc"
SYSTEMS = (GNU, MAC, WINDOWS)


@pytest.mark.parametrize("triple", sorted({*TRIPLES} - {*UNAVAILABLE}))
def test_usual(triple: str) -> None:
    """Programs may have the tag that they have unless told, and none of another system."""
    tag = PlatformTag.read(platform_of(triple))
    assert tag
    assert tag.fits(triple)
    others = (each for each in SYSTEMS if system_of(each) != system_of(triple))
    assert not any(tag.fits(each) for each in others)


@pytest.mark.parametrize(
    ("tag", "triple", "fits"),
    [
        ("manylinux_2_17_aarch64", GNU, False),
        ("musllinux_1_2_x86_64", GNU, False),
        ("manylinux_2_17_x86_64", MUSL, True),
        ("linux_x86_64", MUSL, True),
        ("macosx_11_0_universal2", MAC, True),
        ("macosx_11_0_aarch64", MAC, False),
        ("win_arm64", WINDOWS, False),
    ],
)
def test_fits(tag: str, triple: str, fits: bool) -> None:
    """A tag is for a machine and a C library; a universal one is for both of macOS' machines."""
    found = PlatformTag.read(tag)
    assert found
    assert found.fits(triple) == fits


@pytest.mark.parametrize(
    ("tag", "needs", "beyond", "right"),
    [
        ("manylinux1_x86_64", {"GLIBC": "2.5"}, "", ""),
        ("manylinux1_x86_64", {"GLIBC": "2.12"}, "glibc 2.12", "manylinux_2_12_x86_64"),
        ("manylinux2010_x86_64", {"GLIBC": "2.17"}, "glibc 2.17", "manylinux_2_17_x86_64"),
        ("manylinux2014_x86_64", {"GLIBC": "2.17"}, "", ""),
        ("manylinux2014_x86_64", {"GLIBC": "2.36"}, "glibc 2.36", "manylinux_2_36_x86_64"),
        # What is linked statically needs no C library.
        ("manylinux_2_17_x86_64", {}, "", ""),
        ("manylinux_2_17_x86_64", {"musl": ""}, "musl 1.2", "musllinux_1_2_x86_64"),
        ("musllinux_1_1_x86_64", {"musl": "1.2.3"}, "musl 1.2.3", "musllinux_1_2_x86_64"),
        ("musllinux_1_2_x86_64", {"musl": "1.2.3"}, "", ""),
        ("macosx_11_0_arm64", {"macOS": "12.0"}, "macOS 12.0", "macosx_12_0_arm64"),
        ("linux_x86_64", {"GLIBC": "2.36"}, "", ""),
        ("win_amd64", {"Windows": "10.0"}, "", ""),
    ],
)
def test_promise(tag: str, needs: Mapping[str, str], beyond: str, right: str) -> None:
    """What a program needs is compared with what the tag promises, by name or by number."""
    found = PlatformTag.read(tag)
    assert found
    assert found.beyond(needs) == beyond
    if beyond:
        assert found.promising(beyond) == right


@pytest.mark.parametrize(
    "text", ["", "any", "manylinux", "manylinux_2_17", "macosx_11_arm64", "a/b"]
)
def test_no_tag(text: str) -> None:
    """Whatever isn't a tag of native programs is none."""
    assert PlatformTag.read(text) is None
