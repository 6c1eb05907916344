"""The typed resources that callbacks get: modules, data, metadata and other files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import define, evolve

from oxidize.objects.base import ScriptObject
from oxidize.objects.location import check_location
from oxidize.objects.member import Parameter, exposed, setting

if TYPE_CHECKING:
    from oxidize.resources.facts import Facts

_UNCHANGED = "; None leaves it"
_LEVELS = ("zero", "one", "two")

# None means unchanged, so "no fallback" needs a word of its own.
NO_FALLBACK = "none"

RESOURCE_SETTINGS: tuple[Parameter, ...] = (
    setting("include", bool | None, None, f"Whether the program has it{_UNCHANGED}."),
    setting(
        "location",
        str | None,
        None,
        f'Where it goes: "in-memory", "extracted" or "filesystem-relative:FOLDER"{_UNCHANGED}.',
    ),
    setting(
        "location_fallback",
        str | None,
        None,
        'Where an extension module goes that can\'t have that location; "none" for nowhere'
        + _UNCHANGED
        + ".",
    ),
    setting("include_source", bool | None, None, f"Whether a module has its source{_UNCHANGED}."),
    *(
        setting(
            f"bytecode_optimize_level_{word}",
            bool | None,
            None,
            f"Whether a module has bytecode of level {number}{_UNCHANGED}.",
        )
        for number, word in enumerate(_LEVELS)
    ),
)


@define(eq=False, kw_only=True)
class Resource(ScriptObject):
    """What all resources have in common."""

    facts: Facts

    @property
    @exposed()
    def name(self) -> str:
        """Of a module, its dotted name; of a file, its path with `/`: in its package, in the folder
        of its distribution's metadata, or from the top."""
        return self.facts.name

    @property
    @exposed()
    def package(self) -> str:
        """The package that it is in, or is; of metadata, the distribution; "" for none."""
        return self.facts.package

    @property
    @exposed()
    def is_stdlib(self) -> bool:
        """Whether it belongs to the standard library."""
        return self.facts.is_stdlib

    @property
    @exposed()
    def include(self) -> bool:
        """Whether the program has it."""
        return self.facts.placement.include

    @property
    @exposed()
    def location(self) -> str:
        """Where it goes."""
        return self.facts.placement.location

    @property
    @exposed()
    def location_fallback(self) -> str | None:
        """Where an extension module goes that can't have that location."""
        return self.facts.placement.fallback

    @exposed(settings=RESOURCE_SETTINGS, decides=True)
    def with_settings(self, **settings: Any) -> Self:  # noqa: ANN401
        """A changed copy, for a callback to return."""
        placement = self.facts.placement
        for name, word in (("location", None), ("location_fallback", NO_FALLBACK)):
            if settings[name] not in (None, word):
                check_location(settings[name], name)
        changes: dict[str, Any] = {
            name: settings[name]
            for name in ("include", "location", "include_source")
            if settings[name] is not None
        }
        if (fallback := settings["location_fallback"]) is not None:
            changes["fallback"] = None if fallback == NO_FALLBACK else fallback
        changes["levels"] = tuple(
            level
            for level, word in enumerate(_LEVELS)
            if _chosen(settings[f"bytecode_optimize_level_{word}"], level in placement.levels)
        )
        return evolve(self, facts=self.facts.placed(evolve(placement, **changes)))


def _chosen(wanted: bool | None, now: bool) -> bool:
    return now if wanted is None else wanted


@define(eq=False, kw_only=True)
class PythonModuleSource(Resource):
    """A module that there is source of. Callbacks get it."""

    @property
    @exposed()
    def is_package(self) -> bool:
        """Whether it is a package."""
        return self.facts.is_package

    @exposed(decides=True)
    def source(self) -> str:
        """Its source, read when asked for."""
        return self.facts.read().decode("utf-8", "replace")


@define(eq=False, kw_only=True)
class PythonExtensionModule(Resource):
    """A module in machine code. Callbacks get it."""


@define(eq=False, kw_only=True)
class PythonPackageResource(Resource):
    """A data file in a package. Callbacks get it."""


@define(eq=False, kw_only=True)
class PythonPackageDistributionResource(Resource):
    """A file of an installed distribution's metadata. Callbacks get it."""


@define(eq=False, kw_only=True)
class File(Resource):
    """A file that lies in no package, such as a shared library of a wheel. Callbacks get it."""

    @property
    @exposed()
    def path(self) -> str:
        """Its path from the top, with `/`."""
        return self.facts.name

    @property
    @exposed()
    def is_executable(self) -> bool:
        """Whether it can be run."""
        return self.facts.is_executable


RESOURCE_TYPES: tuple[type[Resource], ...] = (
    PythonModuleSource,
    PythonExtensionModule,
    PythonPackageResource,
    PythonPackageDistributionResource,
    File,
)
_BY_KIND = {each.__name__: each for each in RESOURCE_TYPES}


def resource_of(facts: Facts, **base: Any) -> Resource:  # noqa: ANN401
    """The object that a callback gets."""
    return _BY_KIND[facts.kind](facts=facts, **base)
