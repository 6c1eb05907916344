"""fetch-archive: a file that is pinned by its sha256, from wherever it can be had."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.distributions.release import mirrored
from oxidize.errors import Diagnostic, EnvironmentProblem, OxidizeError
from oxidize.fetch.download import Remote, download


class FetchArchive(Kind):
    """{sha256} -> `archive`. What the file's content is, the sha256 says; where it is, `private`:
    `path`, a file of this machine, or `url`; and `offline`, whether no connection may be opened.
    """

    mnemonic: ClassVar[str] = "fetch-archive"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"archive": "file"}

    def run(self, context: ActionContext) -> None:
        """Tries one place after the other; the last one's error counts."""
        places = list(_places(context))
        partial = context.tool_cache / "archives" / str(context.params["sha256"])
        if _is_whole(partial):
            partial.replace(context.output("archive"))
            return
        for number, remote in enumerate(places, 1):
            if context.private.get("offline") and not remote.local:
                raise _offline(remote)
            try:
                download(
                    remote, context.output("archive"), os.environ, context.progress, partial=partial
                )
                return
            except OxidizeError:
                if number == len(places):
                    raise
        raise AssertionError("an archive without a place")


def _places(context: ActionContext) -> Iterator[Remote]:
    sha256 = str(context.params["sha256"])
    if path := context.private.get("path"):
        yield Remote(Path(str(path)).as_uri(), sha256)
    if url := context.private.get("url"):
        if mirror := os.environ.get("OXIDIZE_MIRROR"):
            yield Remote(mirrored(str(url), mirror), sha256)
        yield Remote(str(url), sha256)


def _is_whole(partial: Path) -> bool:
    """Whether nothing is missing of a file that is called as its sha256 is."""
    if not partial.is_file():
        return False
    with partial.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == partial.name


def _offline(remote: Remote) -> EnvironmentProblem:
    return EnvironmentProblem(
        Diagnostic(
            "OX0523",
            f"{remote.shown} isn't in the cache, and --offline opens no connection",
            help="build once without --offline, or name a folder with the archives in "
            "OXIDIZE_MIRROR=file:///...",
        )
    )
