"""Values of the registry that a package for Windows Installer writes unless others have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from oxidize.installers.windows_product import WindowsProduct


@frozen
class Claim:
    """A component of its own: it has `values`, texts by keys below Software\\Classes and names,
    "" for a key's default. `searches` are properties by where their values are looked for; where
    `condition`, which is of these, isn't met, nothing is written, and nothing removed later on."""

    name: str
    values: Mapping[tuple[str, str], str]
    searches: Mapping[str, tuple[str, str]]
    condition: str


def claims(product: WindowsProduct) -> Iterator[Claim]:
    """For each type of files what opens them, and their MIME type."""
    for number, each in enumerate(product.associations):
        kind, key = product.kind(each), f".{each.extension}"
        opener, mime, own = (f"{name}{number}" for name in ("OPENER", "MIME", "OWNMIME"))
        # Where a version is installed already, it's the one that has claimed it.
        yield Claim(
            f":opener {each.extension}",
            {(key, ""): kind},
            {opener: (key, "")},
            f'NOT {opener} OR {opener} = "{kind}"',
        )
        yield Claim(
            f":mime {each.extension}",
            {(key, "Content Type"): each.mime, (kind, "Content Type"): each.mime},
            {mime: (key, "Content Type"), own: (kind, "Content Type")},
            f"NOT {mime} OR {own}",
        )
