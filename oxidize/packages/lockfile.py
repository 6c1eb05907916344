"""oxidize.lock: what requirements were resolved to, as docs/lock-format.md has it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from oxidize.errors import Diagnostic, UsageError
from oxidize.lookup import read_text

NAME = "oxidize.lock"
VERSION = 1
_SHA256 = " --hash=sha256:"
_TEXTS = ("name", "version", "marker", "url", "path")
_HEAD = "# Written by oxidize; `oxidize lock --upgrade` takes newer versions.\n"


@frozen(order=True)
class Package:
    """One resolved package. `url` is that of a direct reference; `path` that of a local one."""

    name: str
    version: str = ""
    marker: str = ""
    url: str = ""
    path: str = ""
    sha256: tuple[str, ...] = ()

    def requirement(self) -> str:
        """As a line of a requirements file, with hashes."""
        what = f" @ {self.url}" if self.url else f"=={self.version}"
        marker = f" ; {self.marker}" if self.marker else ""
        return _SHA256.join((f"{self.name}{what}{marker}", *self.sha256))


def pinned(requirement: str, urls: Mapping[str, str]) -> str:
    """The line of a package with the one file of it that there is a URL for, if there is, by its
    sha256."""
    what, *hashes = requirement.split(_SHA256)
    spec, _, marker = what.partition(" ; ")
    for each in hashes:
        if url := urls.get(each):
            name = spec.partition("==")[0]
            return Package(name, marker=marker, url=url, sha256=(each,)).requirement()
    return requirement


@frozen
class Asked:
    """What a section answers; when it isn't what the build file asks, the section is outdated.

    `local` maps paths of local requirements and of other tools' locks, relative to the lock, to
    digests of what they say; `hashes` is the digest of all hashes that the build file gives.
    """

    requirements: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    local: Mapping[str, str] = field(factory=dict)
    hashes: str = ""


@frozen
class Section:
    """Everything that one target needs with one Python, on all systems."""

    target: str
    python: str
    asked: Asked
    packages: tuple[Package, ...]


@frozen
class Lock:
    """All sections of one file."""

    sections: tuple[Section, ...] = ()

    def get(self, target: str, python: str) -> Section | None:
        """The section for that target and Python ("3.13")."""
        found = (s for s in self.sections if (s.target, s.python) == (target, python))
        return next(found, None)

    def put(self, section: Section) -> Lock:
        """A lock with that section in place of the one that it replaces, if any."""
        key = (section.target, section.python)
        others = [s for s in self.sections if (s.target, s.python) != key]
        ordered = sorted([*others, section], key=lambda s: (s.target, _number(s.python)))
        return evolve(self, sections=tuple(ordered))

    def only(self, targets: Iterable[str]) -> Lock:
        """A lock with the sections of these targets."""
        kept = set(targets)
        return evolve(self, sections=tuple(s for s in self.sections if s.target in kept))

    def dump(self) -> str:
        """The file's text."""
        return _HEAD + f"version = {VERSION}\n" + "".join(map(_section_text, self.sections))

    @classmethod
    def load(cls, path: Path) -> Lock:
        """Reads a file; one that isn't there is empty. Raises UsageError for a damaged one."""
        try:
            return cls.parse(read_text(path), path)
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError) as error:
            raise _damaged(path, str(error)) from error

    @classmethod
    def parse(cls, text: str, path: Path) -> Lock:
        """Inverse of `dump`; `path` is for the error."""
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise _damaged(path, str(error)) from error
        if data.get("version") != VERSION:
            raise _damaged(path, f"its version is {data.get('version')}, not {VERSION}")
        try:
            return cls(tuple(_section(row) for row in data.get("section", [])))
        except (KeyError, TypeError, AttributeError) as error:
            raise _damaged(path, f"{type(error).__name__}: {error}") from error


def _damaged(path: Path, why: str) -> UsageError:
    return UsageError(
        Diagnostic(
            "OX0906",
            f"{path} can't be read: {why}",
            help="bring it back from version control, or remove it and run: oxidize lock",
        )
    )


def _number(python: str) -> tuple[int, ...]:
    return tuple(int(part) for part in python.split(".") if part.isdigit())


def _section(row: Mapping[str, Any]) -> Section:
    asked = Asked(
        tuple(row["requirements"]),
        tuple(row.get("constraints", ())),
        tuple(row.get("options", ())),
        dict(row.get("local", {})),
        row.get("hashes", ""),
    )
    packages = tuple(map(_package, row.get("package", ())))
    return Section(row["target"], row["python"], asked, packages)


def _package(row: Mapping[str, Any]) -> Package:
    texts = {name: row.get(name, "") for name in _TEXTS}
    return Package(**texts, sha256=tuple(row.get("sha256", ())))


def _section_text(section: Section) -> str:
    asked = section.asked
    rows = [
        "\n[[section]]",
        f"target = {_text(section.target)}",
        f"python = {_text(section.python)}",
        f"requirements = {_array(asked.requirements)}",
    ]
    for name, items in (("constraints", asked.constraints), ("options", asked.options)):
        rows += [f"{name} = {_array(items)}"] if items else []
    rows += [f"hashes = {_text(asked.hashes)}"] if asked.hashes else []
    if asked.local:
        rows.append("\n[section.local]")
        rows += [f"{_text(path)} = {_text(digest)}" for path, digest in sorted(asked.local.items())]
    return "\n".join(rows) + "\n" + "".join(_package_text(p) for p in sorted(section.packages))


def _package_text(package: Package) -> str:
    given = [(name, getattr(package, name)) for name in _TEXTS]
    rows = [f"{name} = {_text(value)}" for name, value in given if value]
    rows += [f"sha256 = {_array(package.sha256)}"] if package.sha256 else []
    return "\n[[section.package]]\n" + "\n".join(rows) + "\n"


def _array(items: Iterable[str]) -> str:
    lines = "".join(f"    {_text(item)},\n" for item in items)
    return f"[\n{lines}]" if lines else "[]"


def _text(value: str) -> str:
    # JSON's escapes are TOML's too, but for DEL and lone surrogates, which no name here has.
    return json.dumps(value, ensure_ascii=False)
