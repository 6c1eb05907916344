"""Fixtures of the packages' tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.packages.space import Packages, isolate


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Packages:
    """An empty project with an empty wheelhouse and a cache of its own."""
    root = tmp_path / "project"
    root.mkdir()
    cache = tmp_path / "cache"
    isolate(monkeypatch, cache)
    return Packages(root, cache)
