"""`distribution list`: the archives that builds can take."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator

from attrs import asdict

from oxidize.cli.console import Console
from oxidize.distributions.catalogue import Row, shipped
from oxidize.executor.catalogues import user_rows
from oxidize.redaction import bare

FORMAT = 1
_EMPTY = "the catalogue has none: oxidize distribution refresh fetches a list of archives"


def list_rows(args: argparse.Namespace, console: Console) -> None:
    """Rows of the user's catalogue, which are searched first, then oxidize's own."""
    found = [
        (row, source)
        for source, rows in (("user", user_rows(os.environ)), ("oxidize", shipped()))
        for row in sorted(rows, key=lambda row: (row.triple, row.age()))
        if args.target_triple in (None, row.triple) and args.flavour in (None, row.flavour)
    ]
    if args.json:
        rows = [{**asdict(row), "url": bare(row.url), "catalogue": source} for row, source in found]
        console.document({"format": FORMAT, "rows": rows})
    elif found:
        print("\n".join(_lines([row for row, _ in found])), file=console.stdout)
    else:
        console.say(_EMPTY)


def _lines(rows: list[Row]) -> Iterator[str]:
    cells = [(row.triple, row.version, row.tag, row.flavour) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for each in cells:
        padded = (text.ljust(width) for text, width in zip(each, widths, strict=True))
        yield "  ".join(padded).rstrip()
