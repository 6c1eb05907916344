"""Versions of CPython: those that oxidize knows."""

from __future__ import annotations

import re

from oxidize.suggest import did_you_mean

PYTHON_VERSIONS = ("3.11", "3.12", "3.13", "3.14")


def meant_version(text: str) -> str | None:
    """The help line for a version that is spelled in another way: 3.12.1, py312, three."""
    found = re.search(r"3\.?(\d\d)", text)
    if found and f"3.{found[1]}" in PYTHON_VERSIONS:
        return f'write "3.{found[1]}"'
    return did_you_mean(text, PYTHON_VERSIONS)
