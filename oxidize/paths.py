"""Where the parts of oxidize that are not Python lie: in a checkout or the installed package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def _part(name: str) -> Path:
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def runtime_folder() -> Path:
    """The C runtime's sources and its Python modules."""
    return _part("runtime")


def rules_folder() -> Path:
    """The rule library, loaded as `@oxidize//...`."""
    return _part("stdlib_rules")


def codes_folder() -> Path:
    """The pages that explain the codes of diagnostics."""
    return _part("docs/codes")
