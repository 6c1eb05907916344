"""A distribution from sources: the actions that build it, of which libraries are shared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import evolve, frozen

from oxidize.distributions.recipes.libraries import LIBRARIES
from oxidize.distributions.recipes.python import absent_extensions, python_recipe
from oxidize.distributions.recipes.recipe import Recipe
from oxidize.distributions.recipes.target import RecipeTarget
from oxidize.distributions.source_manifest import SourceArchive
from oxidize.graph.action import Action, Artifact
from oxidize.lookup import is_file
from oxidize.objects.built_source import built_source, fetched_source


@frozen
class DistributionSources:
    """The sources of one distribution; `folder` may have files of them."""

    python: SourceArchive
    libraries: Mapping[str, SourceArchive]
    folder: Path | None = None
    offline: bool = False

    def tools(self, target: RecipeTarget) -> frozenset[str]:
        """Programs of the machine that a build runs, beside those of POSIX."""
        recipes = [LIBRARIES[name](target) for name in self.libraries]
        every = (*recipes, python_recipe(target, self.python.minor, self.libraries))
        return frozenset(tool for recipe in every for tool in recipe.tools)


def distribution_archive(sources: DistributionSources, target: RecipeTarget) -> Artifact:
    """Declares how an archive is built."""
    return _Declaring(sources, target).archive()


@frozen
class _Declaring:
    sources: DistributionSources
    target: RecipeTarget

    def archive(self) -> Artifact:
        libraries = dict(self._libraries())
        version, minor = self.sources.python.version, self.sources.python.minor
        python = self._built(
            self.sources.python, python_recipe(self.target, minor, libraries), libraries
        )
        licences = {name: LIBRARIES[name](self.target).licence for name in libraries}
        packed = Action(
            "pack-distribution",
            self.target.triple,
            {
                "version": version,
                "static": self.target.static,
                "lto": self.target.lto,
                "libraries": licences,
                "versions": {name: self.sources.libraries[name].version for name in libraries},
                "absent": dict(absent_extensions(self.target, minor, libraries)),
            },
            {"python": (python,), **_roles(libraries)},
            f"pack CPython {version} for {self.target.triple}",
        )
        return packed.output("archive")

    def _libraries(self) -> Iterator[tuple[str, Artifact]]:
        """All of them; those that others need come first."""
        # The same ones for all ways of building CPython for a system.
        target = evolve(self.target, lto=False, static=self.target.musl)
        done: dict[str, Artifact] = {}
        recipes = {name: LIBRARIES[name](target) for name in self.sources.libraries}
        for name, recipe in sorted(recipes.items(), key=lambda item: bool(item[1].libraries)):
            if all(each in done for each in recipe.libraries):
                needed = {each: done[each] for each in recipe.libraries}
                done[name] = self._built(self.sources.libraries[name], recipe, needed)
        yield from sorted(done.items())

    def _built(
        self, source: SourceArchive, recipe: Recipe, libraries: Mapping[str, Artifact]
    ) -> Artifact:
        target = self.target
        # Of the libraries, none runs anything of the target.
        with_python = target.cross and source is self.sources.python
        inputs = {"source": (self._fetched(source),), **_roles(libraries)}
        if with_python:
            inputs["python"] = (self._build_python(),)
        return built_source(source, recipe, target, inputs)

    def _build_python(self) -> Artifact:
        """A CPython of the same version that runs here, without libraries: it builds others."""
        target = RecipeTarget(self.target.host, self.target.host)
        sources = evolve(self.sources, libraries={})
        recipe = python_recipe(target, sources.python.minor, ())
        return _Declaring(sources, target)._built(sources.python, recipe, {})

    def _fetched(self, source: SourceArchive) -> Artifact:
        folder = self.sources.folder
        path = folder / source.file if folder else None
        found = path if path and is_file(path) else None
        otherwise = f"name a folder that has {source.file}: --sources FOLDER"
        return fetched_source(source, found, offline=self.sources.offline, otherwise=otherwise)


def _roles(libraries: Mapping[str, Artifact]) -> dict[str, tuple[Artifact, ...]]:
    return {f"library/{name}": (result,) for name, result in libraries.items()}
