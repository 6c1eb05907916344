"""decide: what the build file's functions say of each resource of a tree."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from attrs import evolve

from oxidize.actions.kind import ActionContext, InputContext, Kind, OutputForm
from oxidize.actions.material import material_of, placement_of
from oxidize.errors import ActionError, BuildFileError
from oxidize.graph.action import Value
from oxidize.resources.facts import Facts
from oxidize.resources.placement import Placement


class Decide(Kind):
    """Inputs as for compile -> `decisions`: JSON, key of a resource -> its placement, where that
    isn't the usual one."""

    mnemonic: ClassVar[str] = "decide"
    version: ClassVar[int] = 2
    outputs: ClassVar[Mapping[str, OutputForm]] = {"decisions": "file"}

    def run(self, context: ActionContext) -> None:
        """Takes all steps, one after the other."""
        usual = placement_of(context)
        resources: Sequence[Facts] = tuple(material_of(context).facts(context))
        steps = context.params["steps"]
        assert isinstance(steps, Sequence)
        for step in steps:
            assert isinstance(step, Mapping)
            resources = _taken(context, step, resources)
        decided = {r.key: r.placement.as_value() for r in resources if r.placement != usual}
        text = json.dumps(decided, indent=1, sort_keys=True)
        context.output("decisions").write_text(text + "\n", encoding="utf-8")


def _taken(
    context: ActionContext, step: Mapping[str, Value], resources: Sequence[Facts]
) -> Sequence[Facts]:
    if step["step"] == "relocate":
        location = str(step["location"])
        return [r.placed(evolve(r.placement, location=location)) for r in resources]
    # What is left out already, nobody is asked about.
    asked = [r for r in resources if r.placement.include]
    try:
        answered = context.decide(step, asked)
    except BuildFileError as error:
        raise ActionError(error.diagnostic) from error
    if step["step"] == "resource-callback":
        _warn_of_none(context, answered)
    given = {r.key: r for r in answered}
    return [given.get(r.key, r) for r in resources]


def _warn_of_none(context: ActionContext, answered: Sequence[Facts]) -> None:
    """Leaving out a single resource may well be meant; of many, it may be a forgotten return."""
    if len(answered) > 1 and not any(r.placement.include for r in answered):
        context.warn(f"the function decided to leave out all {len(answered)} resources that it got")


def read_decisions(context: InputContext) -> Mapping[str, Placement]:
    """What was decided about the resources of an action, by key."""
    decided: dict[str, Placement] = {}
    for file in context.inputs("decisions"):
        rows: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        decided |= {key: Placement.of_value(row) for key, row in rows.items()}
    return decided
