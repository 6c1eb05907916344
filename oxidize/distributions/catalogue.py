"""The catalogue: which standalone archives there are, as rows of facts (docs/distributions.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from attrs import asdict, evolve, field, fields_dict, frozen

from oxidize.versions import version_order

FORMAT = 1
# The tag of archives that were built here, or whose name tells nothing.
LOCAL = "local"

# Ways that CPython was built, the fastest first; others are taken only where they are named.
_PREFERRED = ("pgo+lto", "pgo", "lto", "noopt", "install_only_stripped", "install_only")
_STATIC = "+static"
_SHA256 = re.compile(r"[0-9a-f]{64}")


class BadCatalogue(Exception):
    """The document isn't a catalogue; says why."""


@frozen
class Row:
    """One archive."""

    tag: str
    """The release that it is of, such as "20260814"; "local" for what is of none."""
    triple: str
    version: str
    """Of CPython: "3.13.5"."""
    flavour: str
    """How it was built: "pgo+lto", "noopt+static", "install_only"."""
    url: str
    sha256: str

    @property
    def minor(self) -> str:
        """Such as "3.13"."""
        return ".".join(self.version.split(".")[:2])

    @property
    def static(self) -> bool:
        """Whether its programs are linked with the C library, too, and load no shared library."""
        return self.flavour.endswith(_STATIC)

    @property
    def name(self) -> str:
        """What people are shown."""
        return f"CPython {self.version}+{self.tag} {self.flavour}"

    def matches(self, version: str) -> bool:
        """Whether it is that version ("3.13.5"), or one of those ("3.13")."""
        return version in (self.version, self.minor)

    def rank(self) -> tuple[object, ...]:
        """Sorts the best last: fast ones, then new ones."""
        flavour = self.flavour.removesuffix(_STATIC)
        return -_PREFERRED.index(flavour), not self.static, self.age()

    def age(self) -> tuple[object, ...]:
        """Sorts the newest last."""
        return version_order(self.version), self.tag, self.flavour


@frozen
class Catalogue:
    """Rows of one document, or of several: earlier documents are searched first."""

    documents: tuple[tuple[Row, ...], ...] = field(default=())

    def rows(self) -> Iterator[Row]:
        """All of them."""
        for rows in self.documents:
            yield from rows

    def choose(
        self,
        triple: str,
        version: str,
        *,
        static: bool | None = None,
        flavour: str | None = None,
    ) -> Row | None:
        """The best row for a system and a version such as "3.13" or "3.13.5"."""
        for rows in self.documents:
            fit = [
                row
                for row in rows
                if row.triple == triple
                and row.matches(version)
                and static in (None, row.static)
                and flavour in (None, row.flavour)
            ]
            # The user's own are as they are meant to be, and the first one is the latest.
            own = next((row for row in fit if row.tag == LOCAL), None)
            known = [row for row in fit if row.flavour.removesuffix(_STATIC) in _PREFERRED]
            if own or known:
                return own or max(known, key=Row.rank)
        return None

    def minors(self, triple: str) -> list[str]:
        """Versions, such as "3.13", that there are for a system."""
        found = {row.minor for row in self.rows() if row.triple == triple}
        return sorted(found, key=lambda minor: int(minor.partition(".")[2]))


def read_catalogue(text: str) -> tuple[Row, ...]:
    """The rows of a document. Raises BadCatalogue."""
    try:
        data: Any = json.loads(text)
    except ValueError as error:
        raise BadCatalogue(f"it isn't JSON: {error}") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise BadCatalogue(f'it isn\'t an object with "format": {FORMAT}')
    rows = data.get("rows")
    if not isinstance(rows, list):
        raise BadCatalogue('it has no list "rows"')
    return tuple(_row(number, each) for number, each in enumerate(rows))


def _row(number: int, data: object) -> Row:
    names = fields_dict(Row).keys()
    if not isinstance(data, dict) or data.keys() != names:
        raise BadCatalogue(f"rows[{number}] hasn't the members {', '.join(names)}")
    if not all(isinstance(each, str) and each for each in data.values()):
        raise BadCatalogue(f"rows[{number}] has a member that isn't a string, or is empty")
    row = Row(**data)
    if not _SHA256.fullmatch(row.sha256):
        raise BadCatalogue(f"rows[{number}].sha256 isn't 64 hexadecimal digits in lower case")
    if not re.fullmatch(r"3\.\d+\.\d+\w*", row.version):
        raise BadCatalogue(f'rows[{number}].version isn\'t like "3.13.5"')
    return row


def write_catalogue(rows: Iterable[Row]) -> str:
    """A document, whose rows are sorted; the user's own stay in their order."""
    found = sorted(rows, key=lambda row: (row.triple, () if row.tag == LOCAL else row.age()))
    return json.dumps({"format": FORMAT, "rows": [asdict(row) for row in found]}, indent=1) + "\n"


def merged(old: Sequence[Row], new: Iterable[Row]) -> tuple[Row, ...]:
    """The rows of both, the new ones first; one replaces one for the same archive, or file."""
    fresh = {_place(row): row for row in new}
    urls = {row.url for row in fresh.values()}
    rest = (row for row in old if _place(row) not in fresh and row.url not in urls)
    return (*fresh.values(), *rest)


def _place(row: Row) -> tuple[str, ...]:
    rest = evolve(row, url="", sha256="")
    # Whoever imports two archives that call themselves the same wants both.
    return (*asdict(rest).values(), row.sha256 if row.tag == LOCAL else "")


def shipped() -> tuple[Row, ...]:
    """The rows that come with oxidize."""
    return read_catalogue((Path(__file__).parent / "catalogue.json").read_text(encoding="utf-8"))
