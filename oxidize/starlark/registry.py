"""The registry: serves register_target, in the load pass and in the passes of analysis."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field

from oxidize.objects.base import ScriptObject
from oxidize.objects.callback import Calls, no_calls
from oxidize.objects.context import Context, Handle
from oxidize.objects.file_name import is_long
from oxidize.objects.problem import refuse
from oxidize.starlark.targets import NAME, TargetInfo


@define
class Registry:
    """Notes the targets in the load pass; later passes call the functions that are wanted."""

    buildable: tuple[str, ...]
    """Names of the types that can be built; a target for other targets may return others."""
    targets: dict[str, TargetInfo] = field(factory=dict)
    values: dict[str, ScriptObject] = field(factory=dict)
    wanted: set[str] = field(factory=set)
    again: str = ""
    """A target whose function this pass calls once more, for a function in it."""
    context: Context | None = None

    def register(self, name: str, depends: Sequence[str], default: bool) -> Calls[None]:
        """Notes a target; calls its function if it is wanted and its dependencies are there."""
        context = self._context()
        if context.handle.target:
            message = f'target "{name}" is registered by the function of a target'
            refuse("OX0308", message, help="call register_target outside of target functions")
        if "" not in context.finished:
            self._note(name, depends, default)
        due = name == self.again or (name in self.wanted and name not in self.values)
        if not due or any(each not in self.values for each in depends):
            return no_calls(None)
        context.handle = Handle(name, 0)
        values = [self.values[each] for each in depends]
        return Calls([values], lambda results: self._store(name, *results[0]))

    def dependents(self, name: str) -> tuple[str, ...]:
        """The targets that take a target's value."""
        return tuple(each.name for each in self.targets.values() if name in each.depends)

    def _note(self, name: str, depends: Sequence[str], default: bool) -> None:
        if is_long(name):
            refuse("OX0309", "the name is too long: a folder is named so", argument="name")
        if not NAME.fullmatch(name):
            refuse(
                "OX0309",
                f'"{name}" can\'t be the name of a target',
                argument="name",
                notes=("letters, digits and . _ + - are allowed",),
            )
        if earlier := self.targets.get(name):
            place = earlier.origin.span.line if earlier.origin else 0
            refuse(
                "OX0302",
                f'target "{name}" is registered twice',
                argument="name",
                notes=(f"the first time in line {place}",),
            )
        origin = self._context().origin
        self.targets[name] = TargetInfo(name, tuple(depends), default, origin)

    def _store(self, name: str, kind: str, value: object) -> None:
        if not isinstance(value, ScriptObject):
            nothing = value is None and kind == "NoneType"
            shown = "str" if kind == "string" else kind
            what = "nothing" if nothing else f"a value of type {shown}"
            refuse(
                "OX0303",
                f'the function of target "{name}" returns {what}, which can\'t be built',
                argument="fn",
                notes=(f"types that can be built: {', '.join(self.buildable)}",),
                help="does it lack a `return`?" if nothing else None,
            )
            return
        self._context().finished.add(name)
        self.values.setdefault(name, value)

    def _context(self) -> Context:
        assert self.context is not None
        return self.context
