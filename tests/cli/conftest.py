"""Fixtures of the command line's tests."""

from __future__ import annotations

from tests.starlark.conftest import project as project
