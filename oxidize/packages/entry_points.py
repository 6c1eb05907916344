"""Entry points of scripts, in the forms that projects write them down: name -> "module:object".

Of two of a name, the one without windows counts.
"""

from __future__ import annotations

import configparser
from collections.abc import Iterable, Mapping

_KINDS = ("console_scripts", "gui_scripts")


def read_config(text: str) -> configparser.ConfigParser:
    """A file of sections, with names as they are spelled. Raises configparser.Error."""
    config = configparser.ConfigParser(interpolation=None, strict=False)
    config.optionxform = str  # type: ignore[assignment, method-assign]
    config.read_string(text)
    return config


def of_text(text: str) -> dict[str, str]:
    """Of an entry_points.txt. Raises configparser.Error."""
    config = read_config(text)
    return of_tables(config[kind] for kind in _KINDS if config.has_section(kind))


def of_lines(kinds: Mapping[str, object]) -> dict[str, str]:
    """Of lines "name = module:object" by kind, as setup() takes them: a list, or one text."""
    return of_tables(_rows(kinds.get(kind)) for kind in _KINDS)


def of_tables(tables: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Of tables, those without windows first."""
    found: dict[str, str] = {}
    for table in tables:
        found |= {name: str(point) for name, point in table.items() if name not in found}
    return found


def of_poetry(value: object) -> str | None:
    """The entry point that poetry spells in several ways; None for a script that is a file."""
    if not isinstance(value, Mapping):
        return str(value)
    point = value.get("reference", value.get("callable"))
    if point is None or value.get("type", "console") != "console":
        return None
    extras = value.get("extras", ())
    return f"{point} [{', '.join(extras)}]" if extras else str(point)


def _rows(lines: object) -> dict[str, str]:
    if isinstance(lines, str):
        lines = lines.splitlines()
    parts = (str(line).partition("=") for line in lines) if isinstance(lines, (list, tuple)) else ()
    return {name.strip(): point.strip() for name, equals, point in parts if equals}
