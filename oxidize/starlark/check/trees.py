"""The files in use: each is parsed, typed and followed once, whichever file asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import starlark
from attrs import define, field

from oxidize.errors import BuildFileError, Diagnostic
from oxidize.objects.language import Language, language, testing_language
from oxidize.objects.library import Library
from oxidize.paths import rules_folder
from oxidize.starlark.check.flow import Flow
from oxidize.starlark.check.kinds import Type
from oxidize.starlark.check.tree import Tree, read_tree
from oxidize.starlark.check.typecheck import typecheck
from oxidize.starlark.dialect import build_file_globals, dialect
from oxidize.starlark.labels import Labels, Location
from oxidize.starlark.loader import Loader
from oxidize.starlark.sources import Sources
from oxidize.starlark.trial_files import SUFFIX

Libraries = Callable[[Path], Mapping[str, Library]]
"""The libraries of the project file in a folder. Raises BuildFileError."""


def is_for_tests(file: Path) -> bool:
    """Whether a file sees what only tests see: a file of tests, or the library for them."""
    return file.name.endswith(SUFFIX) or file == rules_folder() / "testing.star"


def language_of(file: Path) -> Language:
    """The language that a file is written in."""
    return testing_language() if is_for_tests(file) else language()


def _nothing() -> starlark.Interface:
    return starlark.parse("<nothing>", "", dialect()).typecheck(build_file_globals(), {})[1]


@define(eq=False)
class Trees:
    """Files by path. Files that can't be read or parsed offer nothing to those that load them."""

    loader: Loader
    sources: Sources
    libraries: Libraries
    _trees: dict[Path, Tree | BuildFileError] = field(factory=dict)
    _flows: dict[Path, Flow] = field(factory=dict)
    _labels: dict[Path, Labels] = field(factory=dict)
    _typed: dict[Path, tuple[list[Diagnostic], starlark.Interface]] = field(factory=dict)

    def tree(self, location: Location) -> Tree:
        """A file's tree. Raises BuildFileError if it can't be read or parsed."""
        path = location.path
        if path not in self._trees:
            try:
                parsed = self.loader.parse(path.name, location)
                self._trees[path] = read_tree(location, self.sources.files[str(path)], parsed)
            except BuildFileError as error:
                self._trees[path] = error
        found = self._trees[path]
        if isinstance(found, BuildFileError):
            raise found
        return found

    def flow(self, tree: Tree) -> Flow:
        """A file, followed; of a file that is being followed, what is known so far."""
        path = tree.location.path
        if path not in self._flows:
            flow = Flow(tree, language_of(path), self.sources, self._exports)
            self._flows[path] = flow
            flow.follow()
        return self._flows[path]

    def typed(self, tree: Tree) -> tuple[list[Diagnostic], starlark.Interface]:
        """What Starlark's own type check says of a file."""
        path = tree.location.path
        if path not in self._typed:
            self._typed[path] = [], _nothing()
            found = typecheck(tree, language_of(path), self.sources, self._interface)
            self._typed[path] = found
        return self._typed[path]

    def loaded(self, tree: Tree, label: str) -> Tree | None:
        """The file that a label in another one means, if it can be had."""
        root = tree.location.root
        try:
            labels = self._labels.get(root) or Labels(self.libraries(root))
            found = labels.resolve(label, tree.location)
            # The libraries that a library loads are those of the project that loads it.
            self._labels.setdefault(root, labels)
            self._labels.setdefault(found.root, labels)
            return self.tree(found)
        except BuildFileError:
            return None

    def _exports(self, tree: Tree, label: str) -> dict[str, Type]:
        found = self.loaded(tree, label)
        return self.flow(found).exports() if found else {}

    def _interface(self, tree: Tree, label: str) -> starlark.Interface:
        found = self.loaded(tree, label)
        return self.typed(found)[1] if found else _nothing()
