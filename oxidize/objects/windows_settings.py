"""What a program is told for Windows: its looks, and the runtime of Visual C++."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from attrs import frozen

from oxidize.graph.action import Artifact, Value
from oxidize.objects.context import Context
from oxidize.objects.file_content import file_on_disk
from oxidize.objects.icon import PICTURES, icon_file
from oxidize.objects.input_paths import existing_file
from oxidize.objects.problem import refuse
from oxidize.suggest import did_you_mean

# What Windows' own dialogs know of a file.
_TEXTS = """
Comments CompanyName FileDescription FileVersion InternalName LegalCopyright LegalTrademarks
OriginalFilename PrivateBuild ProductName ProductVersion SpecialBuild
"""
_NAMES = tuple(_TEXTS.split())
_VERSIONS = ("FileVersion", "ProductVersion")


@frozen
class WindowsSettings:
    """As parameters and inputs of actions."""

    looks: Mapping[str, Value]
    icon: tuple[Artifact, ...]
    runtime_dlls: str

    @classmethod
    def of(cls, settings: Mapping[str, object], context: Context) -> WindowsSettings:
        """Of the settings of a program. Refuses an icon that isn't there, or is out of reach."""
        icon, version = settings["windows_icon"], settings["windows_version_info"]
        texts = {str(k): str(v) for k, v in version.items()} if isinstance(version, dict) else {}
        subsystem = str(settings["windows_subsystem"])
        return cls(
            looks={"subsystem": subsystem, "version_info": texts},
            icon=(_icon(context, str(icon)),) if icon is not None else (),
            runtime_dlls=str(settings["windows_runtime_dlls_mode"]),
        )


def _icon(context: Context, path: str) -> Artifact:
    """An .ico file as it is, and any other picture as one."""
    file = existing_file(context.reach, path, "windows_icon")
    content = file_on_disk(context, file)
    if PurePath(content.name).suffix.lower() in PICTURES:
        return icon_file(context, content, "ico")
    return content.artifact


def check_version_info(texts: Mapping[str, str]) -> None:
    """Refuses names that Windows doesn't show, and versions without numbers."""
    from oxidize.binary.pe_resources import version_numbers

    argument = "windows_version_info"
    for name, text in texts.items():
        if name not in _NAMES:
            known = did_you_mean(name, _NAMES) or f"known are {', '.join(_NAMES)}"
            refuse("OX0550", f'Windows knows no "{name}" of a file', argument=argument, help=known)
        if "\0" in text:
            refuse("OX0550", f"{name} can't hold a NUL character", argument=argument)
        if name in _VERSIONS and version_numbers(text) is None:
            refuse(
                "OX0550",
                f"{name} \"{text}\" doesn't begin with a version's numbers",
                argument=argument,
                help='up to four numbers below 65536, such as "1.2.3"; more text may follow',
            )
