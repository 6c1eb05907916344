"""What happens during a build, as typed events; the executor emits them on one thread."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from oxidize.errors import OxidizeError


@frozen
class BuildStarted:
    """The graph is known: so many actions are to be looked at."""

    actions: int


@frozen
class ActionStarted:
    """An action is about to run; `number` identifies it within the build."""

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


@frozen
class ActionFailed:
    """An action failed."""

    number: int
    mnemonic: str
    label: str
    error: OxidizeError
    seconds: float = 0.0


@frozen
class BuildFinished:
    """Nothing is left to do."""

    ran: int
    cached: int
    failed: int
    seconds: float


Event = BuildStarted | ActionStarted | ActionFinished | ActionFailed | BuildFinished
