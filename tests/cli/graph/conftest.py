"""Fixtures of the graph's tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from oxidize.cli.main import main
from tests.starlark.project import HELLO, Project

Show = Callable[..., str]


@pytest.fixture
def hello(tmp_path: Path) -> Project:
    """A program, and an archive of it."""
    project = Project(tmp_path / "project")
    project.write("hello/__init__.py")
    project.write("build.star", HELLO)
    return project


@pytest.fixture
def show(hello: Project, capsys: pytest.CaptureFixture[str]) -> Show:
    """What `oxidize graph` prints of that project."""

    def run(*arguments: str) -> str:
        assert main(["graph", "--path", str(hello.folder), *arguments]) == 0
        return capsys.readouterr().out

    return run
