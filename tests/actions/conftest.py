"""Fixtures of the actions' tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.actions.compiling import Compiling, Site, write_description
from tests.executor.space import Space


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty site-packages folder."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    return Site(folder)


@pytest.fixture
def compiling(tmp_path: Path) -> Compiling:
    """What compiles trees."""
    return Compiling(Space(tmp_path / "space"), write_description(tmp_path / "description.json"))
