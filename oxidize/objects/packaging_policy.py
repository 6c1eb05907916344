"""PythonPackagingPolicy: what of the resources goes into a program, and in which form."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define

from oxidize.objects.base import ScriptObject

_LEVELS = ("zero", "one", "two")


@define(eq=False, kw_only=True)
class PythonPackagingPolicy(ScriptObject):
    """What of the resources goes into a program, and in which form.

    Its settings are the arguments of the call that makes it.
    """

    values: Mapping[str, object]

    def levels(self, run_level: int) -> tuple[int, ...]:
        """Bytecode levels to compile; the one that the program runs with is always there."""
        asked = (self.values[f"bytecode_optimize_level_{word}"] for word in _LEVELS)
        return tuple(n for n, wanted in enumerate(asked) if wanted or n == run_level)

    def includes(self, what: str) -> bool:
        """The setting `include_<what>`."""
        return bool(self.values[f"include_{what}"])

    def extracts(self) -> bool:
        """Whether extension modules are loaded from files that the program writes."""
        return self.values["resources_location"] == "extracted"
