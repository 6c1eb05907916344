"""Fixtures of easy mode's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.starlark.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty folder."""
    (tmp_path / "place").mkdir()
    return Project(tmp_path / "place")
