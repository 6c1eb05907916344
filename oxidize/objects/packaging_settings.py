"""The table of packaging settings: one row is the argument, its check and its documentation."""

from __future__ import annotations

from typing import Literal

from oxidize.objects.member import Parameter, setting

PACKAGING_SETTINGS: tuple[Parameter, ...] = (
    setting("bytecode_optimize_level_zero", bool, True, "Carry bytecode as plain `python` runs."),
    setting("bytecode_optimize_level_one", bool, False, "Carry bytecode without asserts (`-O`)."),
    setting(
        "bytecode_optimize_level_two",
        bool,
        False,
        "Carry bytecode without asserts and docstrings (`-OO`).",
    ),
    setting(
        "include_distribution_sources",
        bool,
        True,
        "Carry the source of the standard library, for tracebacks and `inspect`.",
    ),
    setting(
        "include_non_distribution_sources", bool, True, "Carry the source of all other modules."
    ),
    setting("include_test", bool, False, "Carry the standard library's test packages."),
    setting(
        "resources_location",
        Literal["in-memory", "extracted"],
        "in-memory",
        "Where extension modules are loaded from: memory, or files that the program writes once "
        "into a private folder. Code and data are in memory either way.",
    ),
)
