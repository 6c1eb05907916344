"""Ownership: which distribution each path of a container belongs to, by the RECORDs it carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import field, frozen

from oxidize.resources.model import File, Resources
from oxidize.resources.reader import decode
from oxidize.resources.record import RecordError, Row, parse_record

_INFO = ".dist-info"


@frozen
class Owner:
    """A distribution, as METADATA names it."""

    name: str
    version: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.version}".rstrip()


@frozen
class Ownership:
    """Path of a module or file -> its distribution, and the row of its RECORD."""

    owners: Mapping[str, Owner] = field(factory=dict)
    rows: Mapping[str, Row] = field(factory=dict)

    @classmethod
    def of(cls, resources: Resources) -> Ownership:
        """Of all distributions whose metadata is there; the first one that claims a path has it."""
        owners: dict[str, Owner] = {}
        rows: dict[str, Row] = {}
        for path, file in resources.files.items():
            folder, _, name = path.partition("/")
            if folder.endswith(_INFO) and name == "RECORD":
                owner = _owner(folder, resources.files.get(f"{folder}/METADATA"))
                for row in _rows(file):
                    owners.setdefault(row.path, owner)
                    rows.setdefault(row.path, row)
        return cls(owners, rows)


def _rows(file: File) -> Iterator[Row]:
    try:
        yield from parse_record(decode(file.content) if file.content else b"").values()
    except RecordError:
        return


def _owner(folder: str, metadata: File | None) -> Owner:
    found = {}
    if metadata is not None and metadata.content is not None:
        head = decode(metadata.content).decode(errors="replace").partition("\n\n")[0]
        lines = (line.partition(": ") for line in head.splitlines())
        found = {name.lower(): value.strip() for name, _, value in reversed(list(lines))}
    name, _, version = folder.removesuffix(_INFO).partition("-")
    return Owner(found.get("name", name), found.get("version", version))
