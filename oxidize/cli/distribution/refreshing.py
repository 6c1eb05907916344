"""`distribution refresh`: a release's list of sha256 sums, as rows of the user's catalogue."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence

from attrs import evolve

from oxidize.cli.amounts import plural
from oxidize.cli.console import Console
from oxidize.distributions.catalogue import Row
from oxidize.distributions.release import (
    LATEST,
    LATEST_URL,
    RELEASES,
    SUMS,
    BadRelease,
    rows_of,
)
from oxidize.errors import BuildFileError, Diagnostic, EnvironmentProblem
from oxidize.executor.catalogues import add_rows, user_file
from oxidize.fetch.download import Remote, fetch_text
from oxidize.redaction import without_credentials
from oxidize.triples import TRIPLES

FORMAT = 1

_WITHOUT_NETWORK = (
    "name a mirror of the releases (OXIDIZE_MIRROR=file:///srv/mirror), or take an archive that "
    "you have: oxidize distribution import FILE"
)


def refresh(args: argparse.Namespace, console: Console) -> None:
    """Adds the archives of a release that oxidize can embed."""
    mirror = os.environ.get("OXIDIZE_MIRROR", "").rstrip("/")
    tag = args.of or _latest(mirror, offline=args.offline)
    url = f"{mirror or RELEASES}/{tag}/{SUMS}"
    try:
        every = list(rows_of(_text(url, offline=args.offline), RELEASES))
    except BadRelease as error:
        raise _bad(url, str(error)) from error
    rows = [row for row in every if row.triple in TRIPLES]
    if not rows:
        raise _bad(url, "it names no archive that oxidize can embed")
    added = add_rows(rows, os.environ)
    absent = [triple for triple in TRIPLES if all(row.triple != triple for row in rows)]
    if args.json:
        document = {"format": FORMAT, "tag": tag, "rows": len(rows), "added": added}
        console.document({**document, "catalogue": str(user_file(os.environ)), "absent": absent})
        return
    _tell(tag, rows, added, absent, console)


def _tell(
    tag: str, rows: Sequence[Row], added: int, absent: Sequence[str], console: Console
) -> None:
    minors = sorted({row.minor for row in rows}, key=lambda minor: int(minor[2:]))
    console.say(
        f"release {tag}: {plural(len(rows), 'archive')} of CPython {', '.join(minors)}, "
        f"{added} of them new, in {user_file(os.environ)}"
    )
    if absent:
        console.say(f"it has none for {', '.join(absent)}")


def _latest(mirror: str, *, offline: bool) -> str:
    """The tag of the newest release."""
    url = f"{mirror}/{LATEST}" if mirror else LATEST_URL
    try:
        tag = json.loads(_text(url, offline=offline))["tag"]
    except (ValueError, KeyError, TypeError) as error:
        raise _bad(url, "it doesn't tell a tag") from error
    return str(tag)


def _text(url: str, *, offline: bool) -> str:
    if offline and not Remote(url, "").local:
        message = f"{without_credentials(url)} is on the network, and --offline opens no connection"
        raise EnvironmentProblem(Diagnostic("OX0523", message, help=_WITHOUT_NETWORK))
    try:
        return fetch_text(url, os.environ)
    except EnvironmentProblem as problem:
        told = problem.diagnostic
        notes = ("it is of the releases that the catalogue gets its archives from", *told.notes)
        help_ = f"{told.help}; or {_WITHOUT_NETWORK}"
        problem.diagnostic = evolve(told, notes=notes, help=help_)
        raise


def _bad(url: str, why: str) -> BuildFileError:
    return BuildFileError(
        Diagnostic(
            "OX0526",
            f"{without_credentials(url)} isn't what a release has there: {why}",
            help="name a release: oxidize distribution refresh TAG",
        )
    )
