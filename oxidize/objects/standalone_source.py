"""The standalone source: an archive with a CPython that was built to be taken elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from oxidize.graph.action import Action, Value
from oxidize.objects.context import Context
from oxidize.objects.distribution_artifacts import DistributionArtifacts


@frozen
class Archive:
    """A pinned archive; it is at `path`, or else at `url`. `minor` is its version, where known."""

    name: str
    sha256: str
    path: str = ""
    url: str = ""
    minor: str | None = None


def standalone_artifacts(context: Context, archive: Archive) -> DistributionArtifacts:
    """Declares how an archive for the host's triple is fetched and read."""
    imported = import_action(
        archive,
        context.settings.triple,
        native=True,
        offline=context.settings.offline,
        context=context,
    )
    return DistributionArtifacts(
        python=imported.output("python"),
        interpreter=imported.output("interpreter"),
        minor=archive.minor,
        description=imported.output("distribution"),
        stdlib=imported.output("stdlib"),
        extensions=imported.output("extensions"),
        libraries=imported.output("libraries"),
        headers=imported.output("headers"),
        link=imported.output("link"),
        licenses=imported.output("licenses"),
    )


def import_action(
    archive: Archive,
    triple: str,
    *,
    native: bool,
    offline: bool = False,
    context: Context | None = None,
) -> Action:
    """The action that reads an archive, which another one fetches."""
    origin = context.origin if context else None
    place: Mapping[str, Value] = {"path": archive.path, "url": archive.url, "offline": offline}
    # The same bytes whatever they are built for.
    fetch = Action(
        "fetch-archive",
        "any",
        {"sha256": archive.sha256},
        {},
        f"fetch {archive.name}",
        origin,
        place,
    )
    return Action(
        "standalone-import",
        triple,
        {"archive": archive.sha256, "native": native},
        {"archive": (fetch.output("archive"),)},
        f"read {archive.name}",
        origin,
    )
