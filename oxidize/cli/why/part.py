"""The part of a program that one action makes of a tree: what was applied to it, whose it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property

from attrs import frozen

from oxidize.actions.kind import InputContext
from oxidize.actions.material import NOT_NEEDED, stages_of
from oxidize.actions.placing import Placing
from oxidize.cli.why.answer import Asked, Distribution, Step
from oxidize.distributions.description import Description
from oxidize.errors import Origin
from oxidize.graph.action import Action, Output, Value
from oxidize.packages.asked import line
from oxidize.packages.request import LockRequest
from oxidize.resources.closure import asked_by
from oxidize.resources.environment import marker_environment
from oxidize.resources.installed import Installed, canonical
from oxidize.resources.scanner import Scan
from oxidize.resources.selection import spelled
from oxidize.resources.site_packages import SitePackages, read_site_packages

Locate = Callable[[Mapping[str, Value]], Origin | None]
"""Where the function of a step was given."""


@frozen(slots=False)
class Part:
    """An action that selects and places the resources of its tree `sources`."""

    action: Action
    context: InputContext
    locate: Locate
    requests: Sequence[LockRequest]

    def steps(self) -> tuple[Step, ...]:
        """What was applied, in order."""
        operations = self.action.params["select"]
        assert isinstance(operations, Sequence)
        named = (Step(spelled(each)) for each in operations if isinstance(each, Mapping))
        return (*named, *self._decisions())

    def _decisions(self) -> Iterator[Step]:
        for decisions in self.action.inputs.get("decisions", ()):
            assert isinstance(decisions, Output)
            steps = decisions.action.params["steps"]
            assert isinstance(steps, Sequence)
            for each in steps:
                assert isinstance(each, Mapping)
                if each["step"] == "relocate":
                    yield Step(f'relocate("{each["location"]}")')
                else:
                    yield Step(_FUNCTIONS[str(each["step"])], self.locate(each))

    def path_of(self, wanted: str) -> str | None:
        """The path of a module or file that it gives."""
        return self._stages[-1][1].get(wanted)

    def paths(self) -> Collection[str]:
        """The paths of all that it gives."""
        return set(self._stages[-1][1].values())

    def left_out(self, wanted: str) -> tuple[Step, ...]:
        """What of this part leaves out a module or file that its tree has; nothing if that hasn't
        it, or nothing leaves it out."""
        if reason := self._omitted().get(wanted):
            return (Step(f"the distribution leaves it out: {reason}", self.action.origin),)
        if wanted not in self._stages[0][1]:
            return ()
        by = next((by for by, names in self._stages if wanted not in names), None)
        if by is None:
            return ()
        if by != _PLACED:
            return (Step(self._named(by, wanted), self.action.origin),)
        return tuple(each for each in self._decisions() if each.origin)

    def _named(self, by: str, wanted: str) -> str:
        owner = self._owner(wanted) if by == NOT_NEEDED else None
        return f"{owner} is installed, but {by}" if owner else by

    @cached_property
    def _stages(self) -> list[tuple[str, dict[str, str]]]:
        """What left something out, and what is left then; the last takes what was decided."""
        stages = list(stages_of(self.context))
        included = Placing.of(self.context).included(stages[-1].found)
        return [*((each.by, _names(each.found)) for each in stages), (_PLACED, _names(included))]

    def _omitted(self) -> Mapping[str, str]:
        if self.action.params["group"] != "extensions":
            return {}
        return Description.load(self.context.input("distribution")).omitted

    def distribution(self, path: str) -> Distribution | None:
        """Whose a file is, if it is an installed distribution's."""
        owner = self._owner(path)
        if owner is None:
            return None
        return Distribution(owner.name, owner.version, self._asked(owner))

    def metadata(self, name: str) -> str | None:
        """The path of the metadata of an installed distribution."""
        for each in self._installed():
            if each.key == canonical(name):
                return f"{each.folder}/METADATA"
        return None

    def _owner(self, wanted: str) -> Installed | None:
        if self.action.params["group"] != "third-party":
            return None
        paths = self._stages[0][1]
        return self._site.owners().get(paths.get(wanted, wanted))

    @cached_property
    def _site(self) -> SitePackages:
        return read_site_packages(self.context.tree("sources"), frozenset())

    def _installed(self) -> Sequence[Installed]:
        if self.action.params["group"] != "third-party":
            return ()
        return self._site.distributions

    def _asked(self, owner: Installed) -> tuple[Asked, ...]:
        wanted = self.action.params["distributions"]
        assert isinstance(wanted, Sequence)
        description = Description.load(self.context.input("distribution"))
        environment = marker_environment(description.triple, description.version)
        way = asked_by(self._installed(), [str(each) for each in wanted], environment, owner.key)
        return tuple(
            Asked(str(each.requirement), str(each.by.installed))
            if each.by
            else Asked(self._as_written(each.installed) or str(each.requirement))
            for each in way
        )

    def _as_written(self, asked: Installed) -> str | None:
        """The requirement in the call that this part comes from, with its versions."""
        for request in self.requests:
            for call in request.calls:
                if call.origin == self.action.origin:
                    for each in call.wanted:
                        if canonical(each.name) == asked.key:
                            return line(each, request)
        return None


_FUNCTIONS = {
    "filter": "the function of filter()",
    "resource-callback": "the resource callback of the packaging policy",
}
# Stands for all functions that decide.
_PLACED = "placed"


def _names(found: Scan) -> dict[str, str]:
    """Names and paths -> paths, of all that is in a scan."""
    names = {path: path for path in found.files}
    for module in found.modules:
        names[module.name] = names[module.path] = module.path
    return names
