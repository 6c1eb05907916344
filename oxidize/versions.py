"""Versions of CPython: those that oxidize knows."""

from __future__ import annotations

import re

from oxidize.suggest import did_you_mean

PYTHON_VERSIONS = ("3.11", "3.12", "3.13", "3.14")
_RELEASE = re.compile(r"([\d.]+)(?:(a|b|rc)(\d+))?", re.ASCII)


def version_order(version: str) -> tuple[object, ...]:
    """Sorts the newest last; what precedes a final version ("3.14.0rc3") before all final ones."""
    found = _RELEASE.match(version)
    numbers = tuple(int(each) for each in re.findall(r"\d+", found[1] if found else version))
    if found is None or found[2] is None:
        return True, numbers
    return False, numbers, found[2], int(found[3])


def meant_version(text: str) -> str | None:
    """The help line for a version that is spelled in another way: 3.12.1, py312, three."""
    found = re.search(r"3\.?(\d\d)", text)
    if found and f"3.{found[1]}" in PYTHON_VERSIONS:
        return f'write "3.{found[1]}"'
    return did_you_mean(text, PYTHON_VERSIONS)
