"""What happens during a build, as typed events; the executor emits them on one thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen

from oxidize.errors import OxidizeError
from oxidize.executor.cache import Built
from oxidize.executor.plan import Plan
from oxidize.executor.report import Report
from oxidize.executor.why import Why


@frozen
class BuildStarted:
    """The graph is known: so many actions are to be looked at."""

    actions: int
    plan: Plan | None = None


@frozen
class ActionStarted:
    """An action is about to run; `number` is its place in the build's plan. `report` changes as
    it goes on."""

    number: int
    mnemonic: str
    label: str
    why: Why | None = None
    report: Report | None = None


@frozen
class ActionPostponed:
    """An action that started needs what turned out to be damaged; it will start again."""

    number: int
    mnemonic: str
    label: str


@frozen
class ActionFinished:
    """An action's outputs are there: it ran, or they were in the cache.

    `warnings` are those of the run, told again when it wasn't needed any more: what they are about
    is still so.
    """

    number: int
    mnemonic: str
    label: str
    how: Literal["ran", "cached"]
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    key: str = ""
    outputs: Mapping[str, Built] = field(factory=dict)


@frozen
class ActionFailed:
    """An action failed."""

    number: int
    mnemonic: str
    label: str
    error: OxidizeError


@frozen
class BuildFinished:
    """Nothing is left to do."""

    ran: int
    cached: int
    failed: int
    seconds: float


@frozen
class BuildUnchanged:
    """A build of so many actions has nothing to do, as can be told without looking at them."""

    actions: int


Event = (
    BuildStarted
    | ActionStarted
    | ActionPostponed
    | ActionFinished
    | ActionFailed
    | BuildFinished
    | BuildUnchanged
)
