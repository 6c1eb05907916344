"""A place to build in, with oxidize's own actions."""

from __future__ import annotations

from pathlib import Path

import pytest

from oxidize.actions.registry import KINDS
from tests.executor.space import Space


@pytest.fixture
def space(tmp_path: Path) -> Space:
    """One whose cache is empty."""
    space = Space(tmp_path / "space")
    space.kinds = KINDS
    return space
