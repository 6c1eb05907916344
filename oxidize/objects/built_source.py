"""A source that is pinned: the actions that fetch it, and build it as a recipe says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from oxidize.distributions.recipes.recipe import Recipe
from oxidize.distributions.recipes.target import RecipeTarget
from oxidize.distributions.source_manifest import SourceArchive
from oxidize.errors import Origin
from oxidize.graph.action import Action, Artifact, Value


def fetched_source(
    source: SourceArchive,
    path: Path | None = None,
    *,
    offline: bool,
    purpose: str = "",
    otherwise: str = "",
    origin: Origin | None = None,
) -> Artifact:
    """The archive: the file `path`, or from a mirror or the network. Where it can't be fetched,
    people are told for which `purpose` it is, and how `otherwise` to go on."""
    private: Mapping[str, Value] = {
        "path": str(path) if path else "",
        "urls": source.urls,
        "mirrored": f"sources/{source.file}",
        "offline": offline,
        "wanted": f"{source.file}, the source of {source.name} {source.version}{purpose}",
        "otherwise": otherwise,
    }
    label = f"fetch {source.name} {source.version}"
    params = {"sha256": source.sha256}
    return Action("fetch-archive", "any", params, {}, label, origin, private).output("archive")


def built_source(
    source: SourceArchive,
    recipe: Recipe,
    target: RecipeTarget,
    inputs: Mapping[str, Sequence[Artifact]],
) -> Artifact:
    """The tree that the recipe makes. The inputs are those of build-source: the archive, the
    libraries that it needs and, if that is to run, a CPython."""
    host = RecipeTarget(target.host, target.host)
    params: Mapping[str, Value] = {
        **recipe.params(),
        "name": source.name,
        "libc": target.libc,
        "host": target.host,
        "host_libc": host.libc,
        "with_python": "python" in inputs,
    }
    given = {role: tuple(artifacts) for role, artifacts in inputs.items()}
    label = f"build {source.name} {source.version} for {target.triple}"
    return Action("build-source", target.triple, params, given, label).output("result")
