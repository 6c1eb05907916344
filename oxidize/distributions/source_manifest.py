"""A manifest of sources: what distributions are built from, pinned (docs/source-manifest.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, fields_dict, frozen

from oxidize.versions import version_order

FORMAT = 1
PYTHON = "cpython"

_SHA256 = re.compile(r"[0-9a-f]{64}")
_FILE = re.compile(r"\w[\w.+~-]*")
_VERSION = re.compile(r"\d+(\.\d+)*\w*")
_URL = re.compile(r"(https?|file)://\S+")


class BadManifest(Exception):
    """The document isn't a manifest; says why."""


@frozen
class SourceArchive:
    """One archive of sources."""

    name: str
    """What it is the source of: "cpython", "zlib"."""
    version: str
    sha256: str
    file: str
    """Its file's name, in folders and on mirrors."""
    urls: tuple[str, ...]
    """Where else it is, the best place first."""

    @property
    def minor(self) -> str:
        """Of CPython's: such as "3.13"."""
        return ".".join(self.version.split(".")[:2])

    @property
    def age(self) -> tuple[object, ...]:
        """Sorts the newest last."""
        return version_order(self.version)

    def matches(self, version: str) -> bool:
        """Whether it is that version ("3.13.5"), or one of those ("3.13")."""
        return self.version == version or self.version.startswith(f"{version}.")


@frozen
class SourceManifest:
    """All sources that there are."""

    sources: tuple[SourceArchive, ...] = field(default=())

    def python(self, version: str) -> SourceArchive | None:
        """The newest CPython of a version such as "3.13" or "3.13.5"."""
        found = [each for each in self._named(PYTHON) if each.matches(version)]
        return max(found, key=lambda each: each.age, default=None)

    def python_versions(self) -> list[str]:
        """All versions of CPython, the oldest first."""
        return [each.version for each in sorted(self._named(PYTHON), key=lambda each: each.age)]

    def libraries(self) -> Mapping[str, SourceArchive]:
        """The newest of each other source, by name."""
        found: dict[str, SourceArchive] = {}
        for each in sorted(self.sources, key=lambda each: each.age):
            if each.name != PYTHON:
                found[each.name] = each
        return dict(sorted(found.items()))

    def _named(self, name: str) -> Iterator[SourceArchive]:
        return (each for each in self.sources if each.name == name)


def read_source_manifest(text: str, known: Sequence[str]) -> SourceManifest:
    """The sources of a document, which may be of those `known` names. Raises BadManifest."""
    try:
        data: Any = json.loads(text)
    except ValueError as error:
        raise BadManifest(f"it isn't JSON: {error}") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise BadManifest(f'it isn\'t an object with "format": {FORMAT}')
    rows = data.get("sources")
    if not isinstance(rows, list):
        raise BadManifest('it has no list "sources"')
    sources = tuple(_source(f"sources[{number}]", each) for number, each in enumerate(rows))
    seen: set[tuple[str, str]] = set()
    for number, each in enumerate(sources):
        if each.name not in (PYTHON, *known):
            names = ", ".join((PYTHON, *known))
            raise BadManifest(f'sources[{number}].name "{each.name}" isn\'t one of {names}')
        if (each.name, each.version) in seen:
            raise BadManifest(f"{each.name} {each.version} is in it twice")
        seen.add((each.name, each.version))
    return SourceManifest(sources)


def _source(where: str, data: object) -> SourceArchive:
    names = fields_dict(SourceArchive).keys()
    if not isinstance(data, dict) or data.keys() != names:
        raise BadManifest(f"{where} hasn't the members {', '.join(names)}")
    urls = data["urls"]
    if not isinstance(urls, list) or not all(_fits(_URL, each) for each in urls):
        raise BadManifest(f"{where}.urls isn't a list of URLs of https, http or file")
    for name, form, what in (
        ("name", _FILE, "a name"),
        ("version", _VERSION, 'like "3.13.5"'),
        ("sha256", _SHA256, "64 hexadecimal digits in lower case"),
        ("file", _FILE, "a file's name"),
    ):
        if not _fits(form, data[name]):
            raise BadManifest(f"{where}.{name} isn't {what}")
    return SourceArchive(**{**data, "urls": tuple(urls)})


def _fits(form: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def shipped_text() -> str:
    """The manifest that comes with oxidize."""
    return (Path(__file__).parent / "sources.json").read_text(encoding="utf-8")
