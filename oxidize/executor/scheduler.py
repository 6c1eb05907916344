"""The scheduler: walks a plan, looks each action up, and runs what must be, urgent ones first."""

from __future__ import annotations

import heapq
from collections.abc import Callable

from oxidize.errors import ActionError
from oxidize.executor.blame import name_of
from oxidize.executor.cache import Entry
from oxidize.executor.events import (
    ActionFailed,
    ActionFinished,
    ActionPostponed,
    ActionStarted,
    Event,
)
from oxidize.executor.journal import Journal
from oxidize.executor.plan import Plan
from oxidize.executor.runner import How
from oxidize.executor.step import Step, Steps
from oxidize.executor.store import Lost
from oxidize.executor.why import Explainer
from oxidize.executor.workers import Workers
from oxidize.graph.action import Action


class Scheduler:
    """One walk over a plan. An action is, in this order: blocked, ready, queued, running, done."""

    def __init__(
        self,
        plan: Plan,
        steps: Steps,
        workers: Workers[Step, tuple[How, Entry]],
        emit: Callable[[Event], None],
        journal: Journal,
        explainer: Explainer,
        *,
        keep_going: bool,
    ) -> None:
        self._plan = plan
        self._steps = steps
        self._workers = workers
        self._emit = emit
        self._journal = journal
        self._explainer = explainer
        self._keep_going = keep_going
        self._numbers = {action: number for number, action in enumerate(plan.actions)}
        self._needs = {action: len(needed) for action, needed in plan.needs.items()}
        self._ready: list[tuple[int, int]] = []
        self._queued: list[tuple[int, int, Step]] = []
        # Actions whose step equals one that is queued or running: they share its outcome.
        self._sharing: dict[str, list[Action]] = {}
        self._failed: set[str] = set()
        self._halted = False
        self.done: dict[Action, Entry] = {}
        self.ran: set[Action] = set()
        self.failures: list[ActionError] = []
        self.lost = False

    def walk(self) -> None:
        """Returns when nothing more can be done. Raises OxidizeErrors other than ActionError."""
        for action, needs in self._needs.items():
            if needs == 0:
                self._push_ready(action)
        while self._look_up_ready() or self._workers.busy:
            if self._workers.busy:
                self._hear(wait=True)

    def _push_ready(self, action: Action) -> None:
        heapq.heappush(self._ready, (-self._plan.height[action], self._numbers[action]))

    def _look_up_ready(self) -> bool:
        """Looks up all ready actions, while workers are kept busy; whether something moved."""
        moved = False
        while self._ready and not self._halted:
            moved = True
            action = self._plan.actions[heapq.heappop(self._ready)[1]]
            try:
                self._look_up(action)
            except Lost:
                self._lose()
            except ActionError as error:
                self._fail(action, error)
            self._feed()
            while self._workers.busy and self._hear(wait=False):
                pass
        self._feed()
        return moved

    def _look_up(self, action: Action) -> None:
        step = self._steps.step(action, self.done)
        if step.key in self._sharing:
            self._sharing[step.key].append(action)
        elif step.key in self._failed:
            return  # Told already, and it would fail again.
        elif entry := self._steps.cached(step):
            self._finish(action, "cached", entry, step.key)
        else:
            self._sharing[step.key] = [action]
            heapq.heappush(self._queued, (-self._plan.height[action], self._numbers[action], step))

    def _feed(self) -> None:
        while self._queued and self._workers.free and not self._halted:
            _, number, step = heapq.heappop(self._queued)
            why = self._explainer.why(number, step)
            mnemonic = step.action.mnemonic
            self._emit(ActionStarted(number, mnemonic, step.label, why, step.report))
            self._workers.submit(step)

    def _hear(self, *, wait: bool) -> bool:
        heard = self._workers.next(wait=wait)
        if heard is None:
            return False
        step, answer = heard
        sharing = self._sharing.pop(step.key)
        if isinstance(answer, Lost):
            number = self._numbers[step.action]
            self._emit(ActionPostponed(number, step.action.mnemonic, step.label))
            self._lose()
        elif isinstance(answer, ActionError):
            self._failed.add(step.key)
            self._fail(step.action, answer)
        elif isinstance(answer, BaseException):
            raise answer
        else:
            how, entry = answer
            self._finish(step.action, how, entry, step.key)
            for other in sharing[1:]:
                self._finish(other, "cached", entry, step.key)
        self._feed()
        return True

    def _finish(self, action: Action, how: How, entry: Entry, key: str) -> None:
        self.done[action] = entry
        if how == "ran":
            self.ran.add(action)
        seconds = entry.seconds if how == "ran" else 0.0
        number, label = self._numbers[action], name_of(action)
        self._journal.note(number, key)
        self._emit(
            ActionFinished(
                number, action.mnemonic, label, how, seconds, entry.warnings, key, entry.outputs
            )
        )
        for user in self._plan.users[action]:
            self._needs[user] -= 1
            if self._needs[user] == 0:
                self._push_ready(user)

    def _fail(self, action: Action, error: ActionError) -> None:
        self.failures.append(error)
        self._halted = self._halted or not self._keep_going
        self._emit(ActionFailed(self._numbers[action], action.mnemonic, name_of(action), error))

    def _lose(self) -> None:
        # What runs may end, but what is next would only meet the same hole.
        self.lost = self._halted = True
