"""Target triples."""

from __future__ import annotations

import platform
import sys

import pytest

from oxidize.triples import TRIPLES, host_triple


def test_this_machine_is_known() -> None:
    """On a supported machine the triple names its architecture and system."""
    triple = host_triple()
    if platform.machine() in ("x86_64", "aarch64") and sys.platform == "linux":
        assert triple in TRIPLES
        assert triple.startswith(platform.machine())


@pytest.mark.parametrize(
    ("system", "machine", "expected"),
    [
        ("darwin", "arm64", "aarch64-apple-darwin"),
        ("win32", "AMD64", "x86_64-pc-windows-msvc"),
        ("linux", "riscv64", "riscv64-unknown-linux-"),
    ],
)
def test_other_machines(
    system: str, machine: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names that systems have for themselves become the triple's."""
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert host_triple().startswith(expected)
