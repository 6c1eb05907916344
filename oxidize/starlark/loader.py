"""The loader: reads build files and what they load, and evaluates them."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from pathlib import Path

import starlark
from attrs import define, field

from oxidize.errors import OxidizeError
from oxidize.lookup import is_file, read_text
from oxidize.objects.library import Library
from oxidize.objects.problem import Refusal, refuse
from oxidize.objects.reach import Reach
from oxidize.objects.settings import Settings
from oxidize.starlark.bridge import Bridge
from oxidize.starlark.diagnose.scene import Scene, scene_of
from oxidize.starlark.dialect import build_file_globals, dialect, library_globals, options
from oxidize.starlark.labels import Labels, Location
from oxidize.starlark.missing import refuse_missing
from oxidize.starlark.sources import Sources
from oxidize.starlark.traceback import read_error


@define
class Loader:
    """Evaluates the files of one session, afresh in each pass; each is read and parsed once."""

    settings: Settings
    bridge: Bridge
    sources: Sources
    reaches: MutableMapping[str, Reach]
    """Filled with what the code of each file reaches, but for oxidize's own."""
    cancelled: Callable[[], bool] = lambda: False
    failure: Callable[[], BaseException | None] = lambda: None
    """What a method raised behind a StarlarkError, if that is where the error comes from."""
    missing: Library | None = None
    """The library that a load needs and that isn't fetched yet, once that ended a pass."""
    _parsed: dict[Path, starlark.AstModule] = field(factory=dict)
    _loaded: dict[Path, starlark.FrozenModule] = field(factory=dict)
    _chain: list[tuple[str, Path]] = field(factory=list)
    _load_failure: OxidizeError | None = None

    def run(self) -> None:
        """One pass: evaluates the session's build file and what it loads."""
        self._loaded.clear()
        self._chain.clear()
        self._load_failure = None
        path = self.settings.path
        self._evaluate(path.name, Location(path, path.parent))

    @property
    def files(self) -> tuple[Path, ...]:
        """All files read so far, in the order of their reading."""
        return tuple(self._parsed)

    def _evaluate(self, label: str, location: Location) -> starlark.FrozenModule:
        parsed = self.parse(label, location)
        module = self.bridge.module(self._values())
        loader = starlark.FileLoader(lambda wanted: self._load(wanted, location))
        self._chain.append((label, location.path))
        try:
            known = library_globals() if location.foreign else build_file_globals()
            starlark.eval_with(options(self.cancelled), module, parsed, known, loader)
        except starlark.StarlarkError as error:
            raise self._error(str(error)) from None
        self._chain.pop()
        return module.freeze()

    def _values(self) -> dict[str, object]:
        values = self.bridge.language.values.values()
        return {each.name: each.read(self.settings) for each in values}

    def _load(self, label: str, loading: Location) -> starlark.FrozenModule:
        # Starlark hands on no more than the text of what is raised here.
        try:
            return self._load_checked(label, loading)
        except OxidizeError as error:
            self._load_failure = error
            raise

    def _load_checked(self, label: str, loading: Location) -> starlark.FrozenModule:
        location = Labels(self.settings.libraries).resolve(label, loading)
        self._check_cycle(label, location.path)
        if location.path not in self._loaded:
            if not is_file(location.path):
                library = self.settings.libraries.get(location.library)
                self.missing = None if library is None or library.fetched else library
                refuse_missing(label, location, library)
            self._loaded[location.path] = self._evaluate(label, location)
        return self._loaded[location.path]

    def _check_cycle(self, label: str, path: Path) -> None:
        paths = [each for _, each in self._chain]
        if path in paths:
            labels = [each for each, _ in self._chain[paths.index(path) :]]
            chain = " -> ".join([*labels, label])
            refuse("OX0106", f'loading "{label}" goes round in a circle', notes=(chain,))

    def parse(self, label: str, location: Location) -> starlark.AstModule:
        """Reads and parses a file, once. Raises BuildFileError."""
        if location.path not in self._parsed:
            file, text = str(location.path), self._read(label, location.path)
            self.sources.add(file, text)
            if reach := location.reach:
                self.reaches[file] = reach
            try:
                starlark.parse(file, text, dialect())
            except starlark.StarlarkError as error:
                # Imported late: a build file without errors shouldn't pay for explanations.
                from oxidize.starlark.diagnose.translate import explain_syntax

                raise explain_syntax(self._scene(str(error))) from None
            # A file that ends in a record would fail when that value is converted for Python.
            self._parsed[location.path] = starlark.parse(file, f"{text}\nNone\n", dialect())
        return self._parsed[location.path]

    def _read(self, label: str, path: Path) -> str:
        if path == self.settings.path and self.settings.text is not None:
            return self.settings.text
        try:
            return read_text(path)
        except UnicodeDecodeError as error:
            message = f'"{label}" isn\'t UTF-8 text (byte {error.start})'
        except OSError as error:
            message = f'"{label}" can\'t be read: {error.strerror}'
        return refuse("OX0109", message, notes=(f"looked for {path}",))

    def _scene(self, text: str) -> Scene:
        return scene_of(read_error(text), self.sources, self.bridge.language)

    def _error(self, text: str) -> BaseException:
        from oxidize.starlark.diagnose.translate import explain, locate

        scene = self._scene(text)
        cause = self._load_failure or self.failure()
        if isinstance(cause, Refusal):
            self._load_failure = located = locate(cause, scene)
            return located
        return cause or explain(scene)
