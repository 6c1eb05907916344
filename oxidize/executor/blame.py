"""Says which action an exception is about, and where the build file declared it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from oxidize.errors import Diagnostic, InternalError, OxidizeError
from oxidize.executor.store import Lost
from oxidize.graph.action import Action


@contextmanager
def blaming(action: Action) -> Iterator[None]:
    """Locates errors; makes what no action should raise an InternalError."""
    try:
        yield
    except OxidizeError as error:
        error.diagnostic = error.diagnostic.at(action.origin)
        raise
    except Lost:
        raise
    except Exception as error:
        told = _problem(action, error)
        told.diagnostic = told.diagnostic.at(action.origin)
        raise told from error


def name_of(action: Action) -> str:
    """What people are shown."""
    return action.label or action.mnemonic


def _problem(action: Action, error: Exception) -> OxidizeError:
    what = f"the action {name_of(action)!r} ({action.mnemonic}) broke"
    return InternalError(Diagnostic("OX0001", f"{what}: {type(error).__name__}: {error}"))
