"""The table of packaging settings: one row is the argument, its check and its documentation."""

from __future__ import annotations

from oxidize.distributions.extension_filter import ExtensionFilter
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
        "include_distribution_resources",
        bool,
        True,
        "Carry the data that the standard library reads, such as grammars.",
    ),
    setting(
        "include_non_distribution_sources", bool, True, "Carry the source of all other modules."
    ),
    setting("include_test", bool, False, "Carry the standard library's test packages."),
    setting(
        "extension_module_filter",
        ExtensionFilter,
        "all",
        "Which of the standard library's extension modules to carry, apart from those built into "
        'the interpreter: "no-libraries" those that need no library, "no-copyleft" those whose '
        'libraries are under no copyleft licence, "minimal" none.',
    ),
    setting(
        "resources_location",
        str,
        "in-memory",
        'Where resources go: "in-memory"; "extracted", which for extension modules is a file that '
        "the program writes once into a private folder, and memory for all else; or "
        '"filesystem-relative:FOLDER", files in a folder beside the program.',
    ),
    setting(
        "resources_location_fallback",
        str | None,
        "extracted",
        "Where extension modules go that can't be in that location; None: nowhere, an error.",
    ),
    setting(
        "allow_in_memory_shared_library_loading",
        bool,
        True,
        "Whether extension modules may be loaded from memory; False sends them to the fallback.",
    ),
)
