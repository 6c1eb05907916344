"""fetch-archive: a file that is pinned by its sha256, from wherever it can be had."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.distributions.release import mirrored
from oxidize.errors import Diagnostic, EnvironmentProblem, OxidizeError
from oxidize.fetch.download import Remote, download


class FetchArchive(Kind):
    """{sha256} -> `archive`. What the file's content is, the sha256 says; where it is, `private`:
    `path`, a file of this machine, or `urls`, and `mirrored`, its place on mirrors, by default that
    of releases; and `offline`, whether no connection may be opened.
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
                # A file that was named is meant, whatever is in it.
                if number == len(places) or (number == 1 and context.private.get("path")):
                    raise
        raise _nowhere(context)


def _places(context: ActionContext) -> Iterator[Remote]:
    sha256 = str(context.params["sha256"])
    if path := context.private.get("path"):
        yield Remote(Path(str(path)).as_uri(), sha256)
    urls, place = context.private["urls"], context.private.get("mirrored")
    assert isinstance(urls, Sequence)
    if mirror := os.environ.get("OXIDIZE_MIRROR"):
        if place:
            yield Remote(f"{mirror.rstrip('/')}/{place}", sha256)
        elif urls:
            yield Remote(mirrored(str(urls[0]), mirror), sha256)
    for url in urls:
        yield Remote(str(url), sha256)


def _is_whole(partial: Path) -> bool:
    """Whether nothing is missing of a file that is called as its sha256 is."""
    if not partial.is_file():
        return False
    with partial.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == partial.name


def _nowhere(context: ActionContext) -> EnvironmentProblem:
    file = str(context.private.get("mirrored", "")).rpartition("/")[2]
    return EnvironmentProblem(
        Diagnostic(
            "OX0545",
            f"nothing tells where {file or 'the archive'} is",
            notes=(f"its sha256 is {context.params['sha256']}",),
            help="name a folder that has it, or a mirror in OXIDIZE_MIRROR",
        )
    )


def _offline(remote: Remote) -> EnvironmentProblem:
    return EnvironmentProblem(
        Diagnostic(
            "OX0523",
            f"{remote.shown} isn't in the cache, and --offline opens no connection",
            help="build once without --offline, or name a folder with the archives in "
            "OXIDIZE_MIRROR=file:///...",
        )
    )
