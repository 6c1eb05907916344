"""Functions of the script as arguments: they stay in the script, which calls them when told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen


class Callback:
    """Annotation of an argument that is a function; Python gets an instance in its place."""


@frozen
class Calls:
    """What a method with a callback answers: calls to make now, and what to do with the results.

    Each result arrives as (name of its type, value); the value is None for what can't leave the
    script.
    """

    arguments: Sequence[Sequence[object]]
    finish: Callable[[Sequence[tuple[str, object]]], None]
