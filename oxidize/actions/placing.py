"""Placing: where each resource of an action goes, by its parameters and what was decided."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, frozen

from oxidize.actions.decide import read_decisions
from oxidize.actions.kind import InputContext
from oxidize.actions.material import placement_of
from oxidize.errors import ActionError, Diagnostic
from oxidize.resources.around import around
from oxidize.resources.facts import file_key, module_key
from oxidize.resources.layout import ModuleFlag
from oxidize.resources.placement import EXTRACTED, IN_MEMORY, Placement
from oxidize.resources.scanner import FoundModule, Scan

# What no interpreter starts without.
FIRST_MODULES = frozenset(
    {
        "encodings",
        "encodings.aliases",
        "encodings.ascii",
        "encodings.latin_1",
        "encodings.utf_8",
        "warnings",
    }
)


@frozen
class Placing:
    """The placements of one action's resources."""

    usual: Placement
    decided: Mapping[str, Placement]
    memory: bool
    """Whether extension modules may be loaded from memory."""
    stdlib: bool
    program: bool
    """Whether an interpreter is to start with the resources."""

    @classmethod
    def of(cls, context: InputContext, *, program: bool = True) -> Placing:
        """By parameters and the input `decisions`, which may be absent."""
        return cls(
            placement_of(context),
            read_decisions(context),
            bool(context.params.get("memory", True)),
            context.params["group"] == "stdlib",
            program,
        )

    def of_file(self, path: str) -> Placement:
        """Of a file that is no module."""
        return self.decided.get(file_key(path), self.usual)

    def of_module(self, found: FoundModule) -> Placement:
        """Of a module. Raises ActionError for one that can't be where it is to go."""
        if found.flags & ModuleFlag.NAMESPACE:
            return self.usual
        placement = self.decided.get(module_key(found.name), self.usual)
        if self.program and self.stdlib and _is_first(found.name):
            needed = found.name in FIRST_MODULES
            return evolve(placement, include=needed or placement.include, location=IN_MEMORY)
        if not found.flags & ModuleFlag.EXTENSION or not placement.include:
            return placement
        settled = placement.settled(memory=self.memory)
        if settled is None:
            raise _homeless(found.name)
        return settled

    def included(self, found: Scan) -> Scan:
        """What of a scan goes in; of namespace packages, those that hold something."""
        modules = [m for m in found.modules if self.of_module(m).include]
        full = [m.name for m in modules if not m.flags & ModuleFlag.NAMESPACE]
        filled = {package for name in full for package in around(name)}
        return Scan(
            tuple(m for m in modules if not m.flags & ModuleFlag.NAMESPACE or m.name in filled),
            tuple(path for path in found.files if self.of_file(path).include),
        )


def _is_first(name: str) -> bool:
    """Whether CPython may import a module before there is an importer: any codec, by settings."""
    return name in FIRST_MODULES or name.startswith("encodings.")


def location_flag(placement: Placement) -> ModuleFlag:
    """The flag of an extension module for where it is loaded from."""
    return ModuleFlag.EXTRACT if placement.location == EXTRACTED else ModuleFlag(0)


def _homeless(name: str) -> ActionError:
    return ActionError(
        Diagnostic(
            "OX0435",
            f"the extension module {name} may not be loaded from memory, and has no fallback",
            notes=("allow_in_memory_shared_library_loading = False says so",),
            help='give the policy resources_location_fallback = "extracted" or '
            '"filesystem-relative:lib"',
        )
    )
