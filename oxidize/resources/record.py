"""The RECORD of an installed distribution: which files it owns, with their hashes."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import posixpath
from collections.abc import Callable, Iterable, Mapping

from attrs import frozen


class RecordError(ValueError):
    """The bytes are no RECORD; the message says where and why."""


@frozen
class Row:
    """What RECORD says of one file; `hash` is of the form "sha256=...", empty if it isn't told."""

    path: str
    hash: str = ""
    size: str = ""


def parse_record(data: bytes) -> Mapping[str, Row]:
    """Rows by path, relative to the folder that holds the .dist-info. Raises RecordError."""
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    except UnicodeDecodeError as error:
        raise RecordError(f"byte {error.start} isn't UTF-8") from None
    except csv.Error as error:
        raise RecordError(str(error)) from None
    rows = (_row(number, cells) for number, cells in enumerate(lines, 1) if cells)
    return {row.path: row for row in rows}


def _row(number: int, cells: list[str]) -> Row:
    if len(cells) != 3:
        raise RecordError(f"line {number} has {len(cells)} columns, not 3")
    path, hash_, size = cells
    algorithm, equals, value = hash_.partition("=")
    if hash_ and (algorithm not in hashlib.algorithms_available or not equals or not value):
        raise RecordError(f"line {number} has no hash but {hash_!r}")
    if not path or (size and not size.isdecimal()):
        raise RecordError(f"line {number} is no row: {','.join(cells)!r}")
    return Row(posixpath.normpath(path.replace("\\", "/")), hash_, size)


def dump_record(rows: Iterable[Row]) -> bytes:
    """Sorted, in the form that installers write."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for row in sorted(rows, key=lambda row: row.path):
        writer.writerow((row.path, row.hash, row.size))
    return out.getvalue().encode()


def matches(row: Row, read: Callable[[], bytes]) -> bool:
    """Whether the bytes are those that RECORD means; also if it doesn't tell."""
    algorithm, _, expected = row.hash.partition("=")
    if not expected or algorithm not in hashlib.algorithms_guaranteed or "shake" in algorithm:
        return True
    digest = hashlib.new(algorithm, read()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == expected.rstrip("=")
