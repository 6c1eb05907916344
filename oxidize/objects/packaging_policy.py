"""PythonPackagingPolicy: what of the resources goes into a program, and in which form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import define, field

from oxidize.graph.action import Value
from oxidize.objects.base import ScriptObject
from oxidize.objects.callback import Callback, Calls, no_calls
from oxidize.objects.location import check_location
from oxidize.objects.member import Parameter, exposed
from oxidize.objects.packaging_settings import PACKAGING_SETTINGS
from oxidize.resources.placement import Placement

_LEVELS = ("zero", "one", "two")
_LOCATIONS = ("resources_location", "resources_location_fallback")


@define(eq=False, kw_only=True)
class PythonPackagingPolicy(ScriptObject):
    """What of the resources goes into a program, and in which form.

    Its settings are the arguments of the call that makes it.
    """

    SETTINGS: ClassVar[tuple[Parameter, ...]] = PACKAGING_SETTINGS
    values: Mapping[str, object]
    steps: list[Value] = field(factory=list)
    """The functions that decide on resources, in their order."""

    @exposed(changes=True)
    def register_resource_callback(self, fn: Callback) -> Calls[None]:
        """Has a function decide on each resource, after all that were registered before it.

        It is called during the build, as `fn(policy, resource)`, where `type(resource)` is
        "PythonModuleSource", "PythonExtensionModule", "PythonPackageResource",
        "PythonPackageDistributionResource" or "File".

        Args:
            fn: Returns the resource, a changed copy (`resource.with_settings(...)`), or None to
                leave it out.
        """
        self.steps.append(self.context.decision("resource-callback", self))
        return no_calls(None)

    @property
    def locations(self) -> tuple[str, ...]:
        """Where resources go, unless somebody decides on them."""
        return tuple(str(self.values[name]) for name in _LOCATIONS if self.values[name])

    def placement(self, kind: str, run_level: int) -> Placement:
        """Where resources go: those of the group "stdlib" or all others. The bytecode level that
        the program runs with is always there."""
        asked = (self.values[f"bytecode_optimize_level_{word}"] for word in _LEVELS)
        sources = "distribution" if kind == "stdlib" else "non_distribution"
        fallback = self.values["resources_location_fallback"]
        return Placement(
            location=str(self.values["resources_location"]),
            fallback=None if fallback is None else str(fallback),
            include_source=self.includes(f"{sources}_sources"),
            levels=tuple(n for n, wanted in enumerate(asked) if wanted or n == run_level),
        )

    def includes(self, what: str) -> bool:
        """The setting `include_<what>`."""
        return bool(self.values[f"include_{what}"])


def checked_policy(settings: Mapping[str, object]) -> dict[str, object]:
    """The settings of a policy. Refuses what isn't a location."""
    for name in _LOCATIONS:
        if (location := settings[name]) is not None:
            check_location(str(location), name)
    return dict(settings)
