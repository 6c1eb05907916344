"""The table of settings of a program's files: one row is the argument, its check and its
documentation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from oxidize.objects.file_name import check_file_name
from oxidize.objects.member import Parameter, setting
from oxidize.objects.problem import refuse
from oxidize.objects.windows_settings import check_version_info
from oxidize.resources.placement import beside
from oxidize.suggest import did_you_mean

_MAPPED = "binary-relative-memory-mapped"
# What is said of the files next to a program that settings name.
_CONTENTS = {
    "licenses_filename": "the file of its licences",
    "packed_resources_load_mode": "the file of its resources",
}

EXECUTABLE_SETTINGS: tuple[Parameter, ...] = (
    setting(
        "licenses_filename",
        str | None,
        None,
        "Name of a text with the licences of all that the program holds, to be written next to it; "
        "None for no such file.",
    ),
    setting(
        "packed_resources_load_mode",
        str,
        "embedded",
        'Where the program has its resources: "embedded", in its file, or '
        '"binary-relative-memory-mapped:NAME", in a file of that name next to it.',
    ),
    setting(
        "windows_subsystem",
        Literal["console", "windows"],
        "console",
        'On Windows, whether the program has a console ("console") or not ("windows").',
    ),
    setting(
        "windows_icon",
        str | None,
        None,
        "On Windows, the program's icon: a square PNG, an SVG, or an `.ico` file, relative to the "
        "build file's folder.",
    ),
    setting(
        "windows_version_info",
        Mapping[str, str] | None,
        None,
        "On Windows, what it tells of the program's file: texts by their names, such as "
        '{"FileVersion": "1.2.0", "ProductName": "Tool", "CompanyName": "..."}.',
    ),
    setting(
        "windows_runtime_dlls_mode",
        Literal["never", "when-present", "always"],
        "when-present",
        "On Windows, whether the program carries the Visual C++ runtime: no, if its CPython does, "
        "or else it can't be built.",
    ),
)


def checked_executable(settings: Mapping[str, object]) -> dict[str, object]:
    """The settings of a program. Refuses names that no file can have."""
    if (name := settings["licenses_filename"]) is not None:
        check_file_name(str(name), "licenses_filename")
    if file := resources_file(settings):
        check_file_name(file, "packed_resources_load_mode")
    elif settings["packed_resources_load_mode"] != "embedded":
        _refuse_mode(str(settings["packed_resources_load_mode"]))
    version = settings["windows_version_info"]
    if isinstance(version, Mapping):
        check_version_info(version)
    return dict(settings)


def check_side_files(
    program: str, settings: Mapping[str, object], locations: Iterable[str]
) -> None:
    """Refuses files next to a program, and folders of resources, that would take the place of its
    own file or of each other."""
    taken = {program: "the program's own file"}
    for argument, name in side_names(settings).items():
        if name in taken:
            _refuse_place(f'"{name}" is {taken[name]}', argument)
        taken[name] = _CONTENTS[argument]
    for location in locations:
        folder = beside(location).partition("/")[0]
        if folder in taken:
            message = f'the policy\'s "{location}" can\'t be: "{folder}" is {taken[folder]}'
            _refuse_place(message, "packaging_policy")


def side_names(settings: Mapping[str, object]) -> dict[str, str]:
    """The names of the files next to a program, by the settings that give them."""
    names = (settings["licenses_filename"], resources_file(settings))
    return {argument: str(name) for argument, name in zip(_CONTENTS, names, strict=True) if name}


def _refuse_place(message: str, argument: str) -> None:
    refuse("OX0215", message, argument=argument, help="both lie in one folder: rename one of them")


def _refuse_mode(text: str) -> None:
    known = ("embedded", f"{_MAPPED}:NAME")
    help = did_you_mean(text, known)
    if text == "none":
        help = (
            "a program can't start without resources: CPython imports its first modules from them"
        )
    refuse(
        "OX0208",
        f'packed_resources_load_mode must be "{known[0]}" or "{known[1]}", not "{text}"',
        argument="packed_resources_load_mode",
        help=help,
    )


def resources_file(settings: Mapping[str, object]) -> str | None:
    """The name of the file next to the program that has its resources, if there is one."""
    mode, _, file = str(settings["packed_resources_load_mode"]).partition(":")
    return file if mode == _MAPPED and file else None
