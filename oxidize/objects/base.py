"""The base of all types that scripts see."""

from __future__ import annotations

from typing import ClassVar

from attrs import define, field

from oxidize.errors import Origin
from oxidize.graph.target import TargetOutputs
from oxidize.objects.context import Context, Handle
from oxidize.objects.member import Parameter


@define(eq=False, kw_only=True)
class ScriptObject:
    """Knows the call that made it. A subclass's exposed methods are what scripts can call."""

    SETTINGS: ClassVar[tuple[Parameter, ...]] = ()
    """The table of settings that scripts can read, from `values`."""
    SHOWN: ClassVar[str] = ""
    """What `print` shows in place of the type and the name."""
    context: Context = field(repr=False)
    handle: Handle = field(init=False)
    origin: Origin | None = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self.handle = self.context.handle
        self.origin = self.context.origin

    @property
    def frozen(self) -> bool:
        """Whether the function that made the object, its target's, has returned."""
        return self.handle.target in self.context.finished


@define(eq=False, kw_only=True)
class BuildableObject(ScriptObject):
    """A type that a target may return."""

    def outputs(self) -> TargetOutputs:
        """What building it writes. Asked once all functions that could change it are done."""
        raise NotImplementedError


def read_setting(settled: object, *, name: str) -> object:
    """The value of a setting of an object that has `values`; None where it isn't given."""
    value = settled.values.get(name)  # type: ignore[attr-defined]
    return list(value) if isinstance(value, tuple) else value
