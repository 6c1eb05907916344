"""A release of standalone archives: its list of sha256 sums, as rows of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from oxidize.distributions.catalogue import Row
from oxidize.versions import PYTHON_VERSIONS

SUMS = "SHA256SUMS"
LATEST = "latest-release.json"
RELEASES = "https://github.com/astral-sh/python-build-standalone/releases/download"
LATEST_URL = (
    f"https://raw.githubusercontent.com/astral-sh/python-build-standalone/latest-release/{LATEST}"
)

_LINE = re.compile(r"([0-9a-f]{64}) [ *](\S+)")
_NAME = re.compile(
    r"cpython-(?P<version>3\.\d+\.\d+\w*)\+(?P<tag>\w+)-(?P<triple>[\w-]+?)"
    r"(?P<free>-freethreaded)?-(?:(?P<options>[\w+]+)-full|(?P<install>install_only(?:_stripped)?))"
    r"\.tar\.(?:zst|gz)"
)


class BadRelease(Exception):
    """The list isn't one of sha256 sums; says why."""


def rows_of(sums: str, releases: str) -> Iterator[Row]:
    """The archives of a list that oxidize can embed; `releases` is where the tags' folders are.

    Raises BadRelease for what isn't such a list.
    """
    for number, line in enumerate(sums.splitlines(), 1):
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise BadRelease(f"line {number} isn't a sha256 and a file's name")
        if row := row_of(found[2], found[1], releases):
            yield row


def mirrored(url: str, mirror: str) -> str:
    """Where a mirror has a release's file: below the folder of its tag."""
    path = urlsplit(url).path.strip("/")
    return "/".join((mirror.rstrip("/"), *path.split("/")[-2:]))


def row_of(name: str, sha256: str, releases: str) -> Row | None:
    """What a file's name tells of an archive; none for what oxidize can't embed."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    options = found["options"] or found["install"]
    if found["free"] or "freethreaded" in options or "debug" in options.split("+"):
        return None
    url = f"{releases.rstrip('/')}/{found['tag']}/{quote(name)}"
    row = Row(found["tag"], found["triple"], found["version"], options, url, sha256)
    return row if row.minor in PYTHON_VERSIONS else None
