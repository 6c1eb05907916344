"""The wheel that an installed package came in, told among all files that the package has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from attrs import asdict, frozen
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from oxidize.packages.other_locks import files_of


@frozen
class Archive:
    """A wheel or a source archive; one that is `local` is of no index."""

    file: str
    sha256: str
    local: bool = False

    def row(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def archives(
    listed: Mapping[str, Any],
    locked: Mapping[str, frozenset[str]],
    tags: Mapping[str, frozenset[str]],
) -> Iterator[tuple[str, Archive]]:
    """(name, archive) of the packages for which it is certain. `listed` is the content of a
    pylock.toml; `locked` has the hashes, `tags` the lines "Tag:" of files WHEEL, by name.

    Raises KeyError and TypeError.
    """
    for row in listed.get("packages", ()):
        name = canonicalize_name(row["name"])
        files = [each for each in files_of(row) if each["hashes"]["sha256"] in locked.get(name, ())]
        wheels = [each for each in files if file_name(each).endswith(".whl")]
        # One that was built here, of a source archive, is none of them.
        fitting = [each for each in wheels if _tags(file_name(each)) == tags.get(name)]
        found = fitting if wheels else files
        if len(found) == 1:
            yield name, Archive(file_name(found[0]), found[0]["hashes"]["sha256"])


def file_name(file: Mapping[str, Any]) -> str:
    """Of a file that a pylock.toml names."""
    named = file.get("name") or Path(urlsplit(file.get("url") or file.get("path", "")).path).name
    return unquote(str(named))


def _tags(file: str) -> frozenset[str]:
    try:
        return frozenset(map(str, parse_wheel_filename(file)[3]))
    except InvalidWheelFilename:
        return frozenset()
