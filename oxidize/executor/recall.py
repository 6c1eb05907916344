"""The recall: what the cache knows of a graph, without running anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import frozen

from oxidize.actions.kind import InputContext
from oxidize.errors import ActionError
from oxidize.executor.blame import name_of
from oxidize.executor.cache import Entry
from oxidize.executor.context import Reading
from oxidize.executor.inputs import Inputs
from oxidize.executor.plan import Plan
from oxidize.executor.result import BuildResult
from oxidize.executor.sources import Sources
from oxidize.executor.step import Step, Steps
from oxidize.executor.store import Lost, Store
from oxidize.graph.action import Action, Artifact, Output


@frozen
class Recall:
    """`result` has what is known; `missing` are the actions that a build would run first."""

    store: Store
    result: BuildResult
    missing: tuple[Action, ...]
    _steps: Mapping[Action, Step]

    def file(self, artifact: Artifact) -> Path:
        """A file that was built, checked. Raises Lost."""
        return self.store.checked(self.result.built(artifact).digest)

    def reading(self, action: Action) -> InputContext:
        """The inputs of a known action."""
        inputs = Inputs(self.store, self._steps[action].roles, name_of(action))
        return Reading(action, inputs)


def recall(artifacts: Sequence[Artifact], store: Store, steps: Steps, sources: Sources) -> Recall:
    """Looks everything up that the artifacts need. Raises ActionError for a missing source."""
    for artifact in artifacts:
        if not isinstance(artifact, Output):
            sources.look(artifact)
    found: dict[Action, Step] = {}
    done: dict[Action, Entry] = {}
    missing: list[Action] = []
    plan = Plan.of(artifacts)
    for action in plan.actions:
        if not all(needed in done for needed in plan.needs[action]):
            continue
        try:
            step = steps.step(action, done)
            entry = steps.cached(step)
        except (ActionError, Lost):
            entry = None
        if entry is None:
            missing.append(action)
        else:
            found[action], done[action] = step, entry
    result = BuildResult(0, len(done), 0.0, (), done, dict(sources.seen))
    return Recall(store, result, tuple(missing), found)
