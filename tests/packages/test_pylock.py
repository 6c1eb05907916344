"""What a resolution says, narrowed to what one Python needs."""

from __future__ import annotations

from typing import Any

import pytest

from oxidize.packages.platforms import uv_platform
from oxidize.packages.pylock import narrowed, packages_of


@pytest.mark.parametrize(
    ("marker", "narrow"),
    [
        ("", ""),
        ("python_full_version >= '3.11'", ""),
        ("python_full_version < '3.12'", None),
        ("python_full_version >= '3.13' and sys_platform == 'win32'", None),
        ("sys_platform == 'win32'", "sys_platform == 'win32'"),
        ("python_version >= '3.9' and os_name == 'nt'", "os_name == 'nt'"),
        ("platform_python_implementation == 'PyPy'", None),
        ("extra == 'test'", None),
    ],
)
def test_markers(marker: str, narrow: str | None) -> None:
    """Markers that hold on all systems or on none for a Python are settled."""
    assert narrowed(marker, "3.12") == narrow


def wheel(name: str, letter: str) -> dict[str, Any]:
    return {"name": name, "hashes": {"sha256": letter}}


def test_wheels_of_other_pythons() -> None:
    """Hashes of wheels for other Pythons are left out, those for other systems stay."""
    files = [
        wheel("a-1-cp312-cp312-manylinux_2_17_x86_64.whl", "own"),
        wheel("a-1-cp312-cp312-win_amd64.whl", "windows"),
        wheel("a-1-cp39-abi3-macosx_11_0_arm64.whl", "stable"),
        wheel("a-1-py3-none-any.whl", "pure"),
        wheel("a-1-py2.py3-none-any.whl", "old"),
        wheel("a-1-py2-none-any.whl", "older"),
        wheel("a-1-py313-none-any.whl", "pure-newer"),
        wheel("a-1-cp313-cp313-win_amd64.whl", "newer"),
        wheel("a-1-cp312-cp312t-win_amd64.whl", "no-lock"),
        wheel("a-1-pp310-pypy310_pp73-win_amd64.whl", "pypy"),
        wheel("a-1-cp313-abi3-win_amd64.whl", "stable-newer"),
    ]
    sdist = {"url": "https://files.invalid/a-1.tar.gz", "hashes": {"sha256": "sdist"}}
    row = {"name": "a", "version": "1", "wheels": files, "sdist": sdist}
    (package,) = packages_of({"packages": [row]}, "3.12")
    assert package.sha256 == ("old", "own", "pure", "sdist", "stable", "windows")


@pytest.mark.parametrize(
    ("triple", "libc", "name"),
    [
        ("x86_64-unknown-linux-gnu", "glibc-2.36", "x86_64-manylinux_2_36"),
        ("x86_64-unknown-linux-gnu", "glibc-2.17", "x86_64-manylinux_2_17"),
        ("aarch64-unknown-linux-gnu", "glibc-2.99", "aarch64-manylinux_2_40"),
        ("aarch64-unknown-linux-musl", "", "aarch64-unknown-linux-musl"),
        ("x86_64-pc-windows-msvc", "", "x86_64-pc-windows-msvc"),
    ],
)
def test_platforms(triple: str, libc: str, name: str) -> None:
    """uv is told the system's own name, and of glibc no newer one than the floor."""
    assert uv_platform(triple, libc) == name
