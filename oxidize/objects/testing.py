"""The functions that only tests find among their globals, and `@oxidize//testing.star` needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from oxidize.objects.callback import Callback, Calls
from oxidize.objects.context import Context
from oxidize.objects.member import exposed
from oxidize.objects.problem import refuse


class Trial(Protocol):
    """The test that is running."""

    def view(self, target: str) -> Mapping[str, object]:
        """What a target consists of. Refuses an unknown one, and raises what its function does."""

    def registered(self) -> Mapping[str, object]:
        """The targets so far."""

    def expect_failure(self) -> Calls[None]:
        """The next expectation: a call that has to fail, in a pass of its own."""

    def failure(self) -> Mapping[str, object]:
        """How the call of the last expectation failed."""


def _trial(context: Context) -> Trial:
    assert context.trial is not None
    return context.trial


@exposed(each_pass=True)
def testing_analyze(context: Context, target: str) -> Mapping[str, object]:
    """Analyses a target: what it consists of.

    Args:
        target: Its name.
    """
    return _trial(context).view(target)


@exposed(each_pass=True)
def testing_targets(context: Context) -> Mapping[str, object]:
    """The targets that are registered so far."""
    return _trial(context).registered()


@exposed(each_pass=True)
def testing_expect_failure(context: Context, fn: Callback) -> Calls[None]:
    """Calls a function, which has to fail.

    Args:
        fn: The function.
    """
    return _trial(context).expect_failure()


@exposed(each_pass=True)
def testing_failure(context: Context) -> Mapping[str, object]:
    """How the function failed that was expected to."""
    return _trial(context).failure()


@exposed(each_pass=True)
def testing_fail(context: Context, message: str, notes: Sequence[str] = ()) -> None:
    """Fails the test.

    Args:
        message: What is wrong.
        notes: More about it.
    """
    refuse("OX0832", message, notes=tuple(notes))


FUNCTIONS: tuple[Callable[..., object], ...] = (
    testing_analyze,
    testing_targets,
    testing_expect_failure,
    testing_failure,
    testing_fail,
)
