"""Functions of the script as arguments: they stay in the script, which calls them when told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from attrs import frozen

_Answer = TypeVar("_Answer")


class Callback:
    """Annotation of an argument that is a function; Python gets an instance in its place."""


@frozen
class Calls(Generic[_Answer]):
    """What a method with a callback answers: calls to make now, and what to do with the results.

    Each result arrives as (name of its type, value); the value is None for what can't leave the
    script. What `finish` returns is what the method returns.
    """

    arguments: Sequence[Sequence[object]]
    finish: Callable[[Sequence[tuple[str, object]]], _Answer]


def no_calls(answer: _Answer) -> Calls[_Answer]:
    """None now: the function is called while the build runs, if at all."""
    return Calls((), lambda results: answer)
