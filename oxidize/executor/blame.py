"""Says which action an exception is about, and where the build file declared it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from oxidize.errors import ActionError, Diagnostic, InternalError, OxidizeError
from oxidize.executor.problems import disk_problem, is_disk_problem
from oxidize.executor.store import Lost
from oxidize.graph.action import Action


@contextmanager
def blaming(action: Action) -> Iterator[None]:
    """Locates ActionErrors; makes what no action should raise an InternalError."""
    try:
        yield
    except ActionError as error:
        error.diagnostic = _located(error.diagnostic, action)
        raise
    except (OxidizeError, Lost):
        raise
    except Exception as error:
        if isinstance(error, OSError) and is_disk_problem(error):
            raise disk_problem(error, error.filename or "a file") from error
        raise _bug(action, error) from error


def name_of(action: Action) -> str:
    """What people are shown."""
    return action.label or action.mnemonic


def _located(diagnostic: Diagnostic, action: Action) -> Diagnostic:
    if action.origin is None or diagnostic.span is not None:
        return diagnostic
    return attrs.evolve(diagnostic, span=action.origin.span, stack=action.origin.stack)


def _bug(action: Action, error: Exception) -> InternalError:
    what = f"the action {name_of(action)!r} ({action.mnemonic}) broke"
    origin = action.origin
    return InternalError(
        Diagnostic(
            "OX0001",
            f"{what}: {type(error).__name__}: {error}",
            span=origin.span if origin else None,
            stack=origin.stack if origin else (),
        )
    )
