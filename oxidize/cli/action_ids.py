"""Ids of actions: numbers that stand for the same action in all graphs of one command."""

from __future__ import annotations

from collections.abc import Sequence

from oxidize.executor.plan import Plan
from oxidize.graph.action import Action


class ActionIds:
    """Numbers actions as graphs bring them; events name them by their place in the last graph."""

    def __init__(self) -> None:
        self._ids: dict[Action, int] = {}
        self._now: Sequence[Action] = ()

    def begin(self, plan: Plan | None) -> list[Action]:
        """A graph is known; the actions of it that no earlier one had."""
        self._now = plan.actions if plan else ()
        new = [action for action in self._now if action not in self._ids]
        for action in new:
            self._ids[action] = len(self._ids)
        return new

    def id(self, action: Action) -> int:
        """The id of an action."""
        return self._ids[action]

    def of(self, number: int) -> int:
        """The id of the action at that place of the last graph."""
        return self._ids[self._now[number]]
