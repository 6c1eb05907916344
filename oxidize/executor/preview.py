"""The preview: what a build would run, found out without running anything."""

from __future__ import annotations

from collections.abc import Collection

from attrs import field, frozen

from oxidize.errors import ActionError
from oxidize.executor.blame import name_of
from oxidize.executor.cache import Entry
from oxidize.executor.plan import Plan
from oxidize.executor.step import Step, Steps
from oxidize.executor.why import Explainer, Why
from oxidize.graph.action import Action, Source


@frozen
class Foreseen:
    """An action that would run; without `why` it only may: its inputs aren't made yet."""

    number: int
    mnemonic: str
    label: str
    why: Why | None


@frozen
class Preview:
    """What would and may run, inputs before users, how much is cached, and what is sure to fail."""

    runs: list[Foreseen] = field(factory=list)
    failures: list[ActionError] = field(factory=list)
    cached: int = 0


def preview(
    plan: Plan, steps: Steps, explainer: Explainer, changing: Collection[Source]
) -> Preview:
    """Looks at all actions of a plan. Raises Lost, and OxidizeErrors other than ActionError."""
    runs: list[Foreseen] = []
    failures: list[ActionError] = []
    done: dict[Action, Entry] = {}
    failed: set[Action] = set()
    queued: set[str] = set()
    shared = 0
    for number, action in enumerate(plan.actions):
        needed = plan.needs[action]
        if not failed.isdisjoint(needed):
            failed.add(action)
            continue
        step = None
        if all(one in done for one in needed) and not _reads(action, changing):
            try:
                step = steps.step(action, done)
            except ActionError as error:
                failures.append(error)
                failed.add(action)
                continue
            if entry := steps.cached(step):
                done[action] = entry
                continue
            if step.key in queued:  # It would share the outcome of an equal one.
                shared += 1
                continue
            queued.add(step.key)
        runs.append(_foreseen(number, action, step, explainer))
    return Preview(runs, failures, len(done) + shared)


def _reads(action: Action, changing: Collection[Source]) -> bool:
    return any(item in changing for items in action.inputs.values() for item in items)


def _foreseen(number: int, action: Action, step: Step | None, explainer: Explainer) -> Foreseen:
    why = explainer.why(number, step) if step else None
    return Foreseen(number, action.mnemonic, name_of(action), why)
