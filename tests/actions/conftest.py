"""Fixtures of the actions' tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from oxidize.actions.registry import KINDS
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


@pytest.fixture
def space(tmp_path: Path) -> Space:
    """A place to build in, with oxidize's own actions."""
    space = Space(tmp_path / "space")
    space.kinds = KINDS
    return space
