"""The session: one build file, loaded once and analysed as far as targets are asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import evolve

from oxidize.errors import BuildFileError, Diagnostic, InternalError, Origin, OxidizeError
from oxidize.graph.action import Value
from oxidize.graph.target import TargetOutputs
from oxidize.objects.base import BuildableObject
from oxidize.objects.context import Context, Handle
from oxidize.objects.library import Library
from oxidize.objects.prompter import Nobody, Prompter
from oxidize.objects.settings import Settings
from oxidize.starlark.bridge import Bridge, bridge, receiving
from oxidize.starlark.deciding import Decider
from oxidize.starlark.diagnose.scene import origin_of
from oxidize.starlark.loader import Loader
from oxidize.starlark.registry import Registry
from oxidize.starlark.replay import Due, Replay
from oxidize.starlark.sources import Sources
from oxidize.starlark.targets import (
    TargetInfo,
    check_depends,
    closure,
    default_target,
    not_buildable,
    unknown_target,
)

if TYPE_CHECKING:
    from oxidize.packages.request import LockRequest

__all__ = ["LibraryNeeded", "Session", "Settings", "TargetInfo"]


class LibraryNeeded(BuildFileError):
    """A build file loads from a library that isn't fetched yet."""

    def __init__(self, diagnostic: Diagnostic, library: Library) -> None:
        super().__init__(diagnostic)
        self.library = library


class Session:
    """A loaded build file. Made by `load`; nothing here writes, runs or fetches anything."""

    def __init__(
        self, settings: Settings, emit_print: Callable[[str], None], bridge: Bridge
    ) -> None:
        self.settings = settings
        self._sources = Sources()
        language = bridge.language
        buildable = tuple(each.name for each in language.types.values() if each.buildable)
        self._registry = Registry(buildable)
        self._context = Context(settings, self._registry, emit_print)
        self._registry.context = self._context
        self._replay = Replay(
            self._context,
            language,
            # Loops and macros make many calls at one place.
            cache(lambda stack, callee: origin_of(stack, callee, self._sources)),
        )
        self._context.script = self._script
        self.decide = Decider(self._context, self._registry, self._pass)
        """Calls the functions that decide on resources, while a build runs."""
        self._context.call_back = self.decide.call
        self._loader = Loader(
            settings,
            bridge,
            self._sources,
            self._context.reaches,
            failure=lambda: self._replay.failure,
        )

    @classmethod
    def load(
        cls,
        settings: Settings,
        emit_print: Callable[[str], None],
        *,
        bridge: Callable[[], Bridge] = bridge,
        prompter: Prompter | None = None,
    ) -> Session:
        """Evaluates the build file and registers its targets.

        Raises BuildFileError; LibraryNeeded for a library that has to be fetched first.
        """
        settings = evolve(settings, path=settings.path.absolute())
        session = cls(settings, emit_print, bridge())
        session._context.prompter = prompter or Nobody()
        try:
            session._pass()
        except BuildFileError as error:
            raise session._or_library(error) from None
        check_depends(session.targets.values())
        session._context.finished.add("")
        return session

    @property
    def targets(self) -> Mapping[str, TargetInfo]:
        """All targets, in the order of their registration."""
        return MappingProxyType(self._registry.targets)

    @property
    def build_path(self) -> Path:
        """The folder that outputs go to."""
        return self._context.build_path or self.settings.folder / "build"

    @property
    def types(self) -> Mapping[str, str]:
        """What the targets are that were analysed so far: names of their types."""
        return {name: type(each).__name__ for name, each in self._registry.values.items()}

    @property
    def files(self) -> tuple[Path, ...]:
        """The build file and all files that it loaded."""
        return self._loader.files

    @property
    def sources(self) -> Mapping[str, str]:
        """The texts of those files, by the name that spans give them."""
        return {name: source.text for name, source in self._sources.files.items()}

    @property
    def requests(self) -> tuple[LockRequest, ...]:
        """What the analysed targets want from indexes: the sections that the lock must have."""
        sets = self._context.packages.values()
        return tuple(each.request() for each in sets if not each.empty)

    def decided_at(self, step: Mapping[str, Value]) -> Origin | None:
        """Where the function was given that a step of an action `decide` stands for."""
        handle = Handle(str(step["target"]), int(str(step["ordinal"])))
        return self._context.decisions[handle].origin

    def resolve(self, names: Sequence[str]) -> tuple[str, ...]:
        """Checks names of targets; no names stand for the default target."""
        default = default_target(self.targets.values())
        if default is None:
            raise BuildFileError(
                Diagnostic(
                    "OX0306",
                    f"{self.settings.path.name} registers no target",
                    help='add a line such as register_target("app", make_app)',
                )
            )
        for name in names:
            if name not in self.targets:
                raise unknown_target(name, self.targets)
        return tuple(dict.fromkeys(names)) or (default,)

    def analyze(self, names: Sequence[str]) -> dict[str, TargetOutputs]:
        """The outputs of the targets and of all that they depend on, as far as they have some.

        Raises BuildFileError.
        """
        asked = self.resolve(names)
        wanted = closure(asked, self._registry.targets)
        self._registry.wanted = wanted
        while not self._registry.values.keys() >= wanted:
            before = len(self._registry.values)
            self._pass()
            assert len(self._registry.values) > before, "a pass made no target"
        for name in asked:
            if not self._registry.dependents(name):
                self.check_buildable(name)
        made = ((name, self._registry.values[name]) for name in self.targets if name in wanted)
        return {name: each.outputs() for name, each in made if isinstance(each, BuildableObject)}

    def value(self, name: str) -> object:
        """What the function of an analysed target returned."""
        return self._registry.values[name]

    def check_buildable(self, name: str) -> None:
        """Raises BuildFileError for an analysed target that only other targets can use."""
        if not isinstance(self._registry.values[name], BuildableObject):
            raise not_buildable(
                self.targets[name],
                self.types[name],
                self._registry.buildable,
                self._registry.dependents(name),
            )

    def _pass(self, due: Due | None = None) -> None:
        self._replay.begin_pass(due)
        try:
            with receiving(self._replay):
                self._loader.run()
        except (OxidizeError, KeyboardInterrupt):
            raise
        except Exception as error:
            raise self._bug(error) from error
        except BaseException as error:
            # The evaluator's panics are no Exceptions; what is known to lead to one is sheer size.
            if type(error).__name__ != "PanicException":
                raise
            message = f"the evaluation broke off: {error}"
            help = "is a list or a text far too long?"
            raise BuildFileError(Diagnostic("OX0212", message, help=help)) from error

    def _script(self, targets: Collection[str]) -> str:
        """All that functions can depend on which those of some targets made, hashed."""
        settings, made = self.settings, set(targets) - {""}
        known = {
            "files": {str(path): self.sources[str(path)] for path in self.files},
            "variables": dict(settings.variables),
            "triple": settings.triple,
            "path": str(settings.path),
            # What the disk holds, and what somebody answered.
            "told": self._replay.told({"", *closure(made, self._registry.targets)}),
        }
        return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()

    def _or_library(self, error: BuildFileError) -> BuildFileError:
        """The error of a pass, or which library has to be fetched first."""
        missing = self._loader.missing
        return LibraryNeeded(error.diagnostic, missing) if missing else error

    def _bug(self, error: Exception) -> InternalError:
        diagnostic = Diagnostic("OX0001", f"{type(error).__name__}: {error}")
        return InternalError(diagnostic.at(self._context.origin))
