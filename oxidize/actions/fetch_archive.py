"""fetch-archive: a file that is pinned by its sha256, from wherever it can be had."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from attrs import evolve

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.distributions.release import mirrored
from oxidize.errors import Diagnostic, EnvironmentProblem, OxidizeError
from oxidize.fetch.download import Remote, download
from oxidize.graph.action import Value


class FetchArchive(Kind):
    """{sha256} -> `archive`. What the file's content is, the sha256 says; where it is, `private`:
    `path`, a file of this machine, or `urls`, and `mirrored`, its place on mirrors, by default that
    of releases; and `offline`, whether no connection may be opened. For messages, `wanted` says
    what it is, and `otherwise` how else it can be given.
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
                raise EnvironmentProblem(_told(_offline(remote), context))
            try:
                download(
                    remote, context.output("archive"), os.environ, context.progress, partial=partial
                )
                return
            except OxidizeError as error:
                # A file that was named is meant, whatever is in it.
                if number == 1 and context.private.get("path"):
                    raise
                if number == len(places):
                    error.diagnostic = _told(error.diagnostic, context)
                    raise
        raise _nowhere(context)


def _places(context: ActionContext) -> Iterator[Remote]:
    sha256 = str(context.params["sha256"])
    if path := context.private.get("path"):
        yield Remote(Path(str(path)).as_uri(), sha256)
    urls, place = context.private["urls"], _place(context.private)
    assert isinstance(urls, Sequence)
    if (mirror := os.environ.get("OXIDIZE_MIRROR")) and place:
        yield Remote(f"{mirror.rstrip('/')}/{place}", sha256)
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


def _offline(remote: Remote) -> Diagnostic:
    message = f"{remote.shown} isn't in the cache, and --offline opens no connection"
    return Diagnostic("OX0523", message, help="build once without --offline")


def _told(told: Diagnostic, context: ActionContext) -> Diagnostic:
    """The same with what the file is, and how it can be had without a network."""
    private = context.private
    wanted, otherwise = private.get("wanted"), private.get("otherwise")
    notes = (f"it is {wanted}", *told.notes) if wanted else told.notes
    ways = [str(way) for way in (told.help, otherwise) if way]
    if place := _place(private):
        ways.append(f"have it at $OXIDIZE_MIRROR/{place} (OXIDIZE_MIRROR=file:///srv/mirror)")
    return evolve(told, notes=notes, help="; or ".join(ways))


def _place(private: Mapping[str, Value]) -> str:
    """Where mirrors have the file."""
    urls = private["urls"]
    assert isinstance(urls, Sequence)
    return str(private.get("mirrored") or (mirrored(str(urls[0]), "").strip("/") if urls else ""))
