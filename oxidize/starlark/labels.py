"""Labels: how load() names a file.

`//dir:file.star` starts at the folder of the build file in use (or of the rule library that the
loading file belongs to), `:file.star` lies beside the loading file, and `@oxidize//name.star`
is in oxidize's own rule library.
"""

from __future__ import annotations

import re
from pathlib import Path

from attrs import frozen

from oxidize.objects.problem import refuse
from oxidize.paths import rules_folder
from oxidize.suggest import did_you_mean

_LABEL = re.compile(
    r"(?:(?:@(?P<library>\w+))?//(?P<folder>[^:@]*?))?(?P<colon>:?)(?P<file>[^:/@]+\.star)"
)
_LIBRARY = "oxidize"


@frozen
class Location:
    """A build file: where it is, and the folder that `//` means in it."""

    path: Path
    root: Path


def resolve(label: str, loading: Location) -> Location:
    """The file that a label names when a certain file loads it. It may not exist."""
    match = _LABEL.fullmatch(label)
    if match is None or not _is_label(match):
        _refuse_label(label, loading)
        raise AssertionError
    if match["folder"] is None:
        return Location(loading.path.parent / match["file"], loading.root)
    root = _library(match["library"]) if match["library"] else loading.root
    return Location(root / match["folder"] / match["file"], root)


def _is_label(match: re.Match[str]) -> bool:
    folder = match["folder"]
    if folder is None:
        return bool(match["colon"])
    # `@oxidize//name.star` needs no colon; `//dir:file.star` does.
    if folder and not match["colon"]:
        return False
    return ".." not in folder.split("/") and not folder.startswith("/")


def _library(name: str) -> Path:
    if name == _LIBRARY:
        return rules_folder()
    return refuse(
        "OX0111",
        f'unknown rule library "@{name}"',
        help=did_you_mean(name, [_LIBRARY], form='"@{}"') or f'the only one is "@{_LIBRARY}"',
    )


def _refuse_label(label: str, loading: Location) -> None:
    refuse(
        "OX0104",
        f'"{label}" isn\'t a label',
        notes=('labels are ":file.star", "//folder:file.star" and "@oxidize//file.star"',),
        help=_meant(label, loading),
    )


def _meant(label: str, loading: Location) -> str | None:
    """The label of the file that a path means, if it is one of the project's."""
    text = label if label.endswith(".star") else f"{label}.star"
    for start in (loading.path.parent, loading.root):
        path = Path(start, text.lstrip(":")).resolve()
        if path.is_file() and path.is_relative_to(loading.root):
            folder = path.parent.relative_to(loading.root).as_posix()
            beside = path.parent == loading.path.parent.resolve()
            right = f":{path.name}" if beside else f"//{folder.strip('.')}:{path.name}"
            return f'write "{right}"'
    return None
