"""Fixtures of the language's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.starlark.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project with a package `hello`."""
    project = Project(tmp_path)
    project.write("hello/__init__.py")
    return project
