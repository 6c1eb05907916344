"""The standalone source: an archive with a CPython that was built to be taken elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from oxidize.graph.action import Action, Artifact, Value
from oxidize.objects.context import Context
from oxidize.objects.distribution_artifacts import DistributionArtifacts
from oxidize.packages.platforms import USUAL, Floors


@frozen
class Archive:
    """A pinned archive; it is at `path`, or else at `url`. `minor` is its version, where known, and
    `floors` the oldest systems for wheels."""

    name: str
    sha256: str
    path: str = ""
    url: str = ""
    minor: str | None = None
    floors: Floors = USUAL


def standalone_artifacts(
    context: Context, archive: Archive, triple: str, compiler: DistributionArtifacts | None = None
) -> DistributionArtifacts:
    """Declares how an archive is fetched and read. `compiler` has the CPython that compiles for
    it, where its own doesn't run."""
    imported = import_action(
        archive,
        triple,
        native=compiler is None,
        compiler=compiler.python if compiler else None,
        offline=context.settings.offline,
        context=context,
    )
    return DistributionArtifacts(
        triple=triple,
        floors=archive.floors,
        python=compiler.python if compiler else imported.output("python"),
        interpreter=compiler.interpreter if compiler else imported.output("interpreter"),
        minor=compiler.minor if compiler else archive.minor,
        cross=compiler is not None,
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
    compiler: Artifact | None = None,
    offline: bool = False,
    context: Context | None = None,
) -> Action:
    """The action that reads an archive, which another one fetches, and compares its version with
    that of the compiler."""
    origin = context.origin if context else None
    place: Mapping[str, Value] = {
        "path": archive.path,
        "urls": (archive.url,) if archive.url else (),
        "offline": offline,
        "wanted": f"{archive.name}, a standalone CPython",
    }
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
        {
            "archive": (fetch.output("archive"),),
            **({"compiler": (compiler,)} if compiler else {}),
        },
        f"read {archive.name}",
        origin,
    )
