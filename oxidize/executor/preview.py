"""The preview: what a build would run, found out without running anything."""

from __future__ import annotations

from collections.abc import Collection

from attrs import frozen

from oxidize.errors import ActionError
from oxidize.executor.blame import name_of
from oxidize.executor.cache import Entry
from oxidize.executor.plan import Plan
from oxidize.executor.result import BuildResult
from oxidize.executor.sources import Sources
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
    """What would and may run, inputs before users; `result` has what is known of all others, how
    many they are, and what is sure to fail."""

    runs: list[Foreseen]
    result: BuildResult


def preview(
    plan: Plan, steps: Steps, sources: Sources, explainer: Explainer, changing: Collection[Source]
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
    cached = len(done) + shared
    return Preview(runs, BuildResult(0, cached, 0.0, tuple(failures), done, dict(sources.seen)))


def _reads(action: Action, changing: Collection[Source]) -> bool:
    return any(item in changing for items in action.inputs.values() for item in items)


def _foreseen(number: int, action: Action, step: Step | None, explainer: Explainer) -> Foreseen:
    why = explainer.why(number, step) if step else None
    return Foreseen(number, action.mnemonic, name_of(action), why)
