"""Inline script metadata (PEP 723): what a script says of its Python and its dependencies."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from oxidize.errors import Diagnostic, UsageError

_BLOCK = re.compile(
    r"^# /// (?P<type>[a-zA-Z0-9-]+)[ \t]*\n(?P<body>(?:#(?: .*)?\n)+?)# ///[ \t]*$", re.MULTILINE
)


@frozen
class InlineMetadata:
    """`requires_python` is empty if the script doesn't care."""

    dependencies: tuple[str, ...] = ()
    requires_python: str = ""


def read_inline_metadata(path: Path, text: str) -> InlineMetadata:
    """The metadata in a script's text. Raises UsageError for what isn't as PEP 723 says."""
    blocks = [match for match in _BLOCK.finditer(text) if match["type"] == "script"]
    if not blocks:
        return InlineMetadata()
    if len(blocks) > 1:
        raise _wrong(path, "there are two blocks of it")
    lines = (line[1:].removeprefix(" ") for line in blocks[0]["body"].splitlines())
    try:
        table = tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path, f"it is no TOML: {error}") from error
    return InlineMetadata(_dependencies(path, table), _requires_python(path, table))


def _dependencies(path: Path, table: Mapping[str, Any]) -> tuple[str, ...]:
    from packaging.requirements import InvalidRequirement, Requirement

    found = table.get("dependencies", [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise _wrong(path, "dependencies must be a list of strings")
    for each in found:
        try:
            Requirement(each)
        except InvalidRequirement as error:
            why = str(error).partition("\n")[0]
            raise _wrong(path, f'"{each}" is not a requirement: {why}') from error
    return tuple(found)


def _requires_python(path: Path, table: Mapping[str, Any]) -> str:
    found = table.get("requires-python", "")
    if not isinstance(found, str):
        raise _wrong(path, "requires-python must be a string")
    return found


def check_python(who: str, requires: str, version: str) -> None:
    """Raises UsageError if a version of Python isn't what somebody requires."""
    if not requires:
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        fits = SpecifierSet(requires).contains(version, prereleases=True)
    except InvalidSpecifier as error:
        text = f'{who}: "{requires}" is no version specifier'
        raise UsageError(Diagnostic("OX0812", text)) from error
    if not fits:
        raise UsageError(
            Diagnostic(
                "OX0815",
                f"{who} requires Python {requires}, and this is {version}",
                help="run oxidize with such a Python, or write a build.star that names one: "
                "default_python_distribution(python = ...)",
            )
        )


def _wrong(path: Path, what: str) -> UsageError:
    return UsageError(Diagnostic("OX0812", f"{path}: its inline metadata: {what}"))
