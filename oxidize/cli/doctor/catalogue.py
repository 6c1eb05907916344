"""The catalogue of standalone CPythons: for which systems it has some, and which are gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from oxidize.cli.amounts import plural
from oxidize.cli.doctor.row import Row
from oxidize.distributions.catalogue import Catalogue
from oxidize.errors import OxidizeError
from oxidize.executor.catalogues import catalogue as read
from oxidize.executor.catalogues import user_file
from oxidize.fetch.download import Remote
from oxidize.lookup import is_file

_SECTION = "standalone CPythons"
_FILL = (
    "for --release and other systems: oxidize distribution refresh adds those of a release, "
    "import one that you have, build one from sources"
)


def catalogue(environ: Mapping[str, str]) -> Iterator[Row]:
    """Rows of the user's catalogue, of each system that it has some for, and of what is gone."""
    place = user_file(environ)
    try:
        found = read(environ)
    except OxidizeError as error:
        yield Row.of_error(_SECTION, "catalogue", "warning", error)
        return
    number = len(list(found.rows()))
    if not number:
        yield Row(_SECTION, "catalogue", "note", f"{place} has none", _FILL)
        return
    yield Row(_SECTION, "catalogue", "ok", f"{place}, {plural(number, 'archive')}")
    yield from _systems(found)
    yield from _gone(found, f"put it back, import or build it anew; or remove its row from {place}")


def _systems(found: Catalogue) -> Iterator[Row]:
    for triple in sorted({row.triple for row in found.rows()}):
        number = sum(row.triple == triple for row in found.rows())
        minors = ", ".join(found.minors(triple))
        yield Row(_SECTION, triple, "ok", f"CPython {minors} ({plural(number, 'archive')})")


def _gone(found: Catalogue, help: str) -> Iterator[Row]:
    """Archives that were files of this machine; those on the network aren't asked for."""
    for url, row in {row.url: row for row in found.rows()}.items():
        remote = Remote(url, row.sha256)
        if remote.local and not is_file(remote.path):
            text = f"{row.name} for {row.triple} is gone"
            yield Row(_SECTION, str(remote.path), "warning", text, help)
