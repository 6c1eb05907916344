"""Running uv in an action: with the user's network settings, which nothing shows or remembers."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, fields_dict

from oxidize.actions.interpreter import Interpreter
from oxidize.actions.kind import UNDECLARED, ActionContext
from oxidize.actions.uv_needs import needs_of_uv
from oxidize.errors import ActionError, Diagnostic
from oxidize.graph.action import Value
from oxidize.packages import uv
from oxidize.packages.network import (
    is_network_setting,
    network_environment,
    place_flags,
    variables_in,
)
from oxidize.packages.places import Access, Locations
from oxidize.redaction import redacted, without_values


def run_uv(
    context: ActionContext,
    python: Interpreter,
    argv: Sequence[str | Path],
    *,
    texts: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
) -> None:
    """Runs it with a Python, and more variables; `texts` may have `${NAME}` in them. Raises
    ActionError."""
    access = _access(context.private)
    named, given = variables_in(texts, os.environ), _extra(context.private)
    private = {
        **network_environment(os.environ, access.locations, access.offline),
        **named,
        **given,
    }
    base = {"PATH": os.environ.get("PATH", ""), "HOME": str(context.scratch)}
    # Whatever such a variable is called, it is mostly a password.
    hidden = [
        *named.values(),
        *(value for name, value in given.items() if not is_network_setting(name)),
    ]
    cache = context.tool_cache / "uv"
    env = {**uv.environment(cache), **(env or {}), **_extra(context.params)}
    project = ["--project", access.folder] if access.folder else []
    try:
        done = context.run(
            [uv.program(), *argv, *place_flags(access), *project],
            env=env,
            private=private,
            needs=needs_of_uv(access, python.places, cache, {**base, **env, **private}, texts),
        )
    except ActionError as error:
        output = without_values(error.output, hidden)
        raise ActionError(error.diagnostic, output) from error
    if texts:
        # Not of a build: its back end's own warnings are for whoever works on the project.
        for text in uv.warnings_in(done.stderr):
            context.warn(without_values(redacted(text, private), hidden))


def _extra(values: Mapping[str, Value]) -> Mapping[str, str]:
    """The build file's variables: in `params` those that decide what is built."""
    extra = values.get("env", {})
    assert isinstance(extra, Mapping)
    return {name: str(value) for name, value in extra.items()}


def _access(private: Mapping[str, Any]) -> Access:
    names = fields_dict(Locations).keys()
    return Access(
        Locations(**{name: private[name] for name in names if name in private}),
        bool(private.get("offline")),
        tuple(private.get("wheelhouse", ())),
        str(private.get("folder", "")),
    )


def told(error: ActionError, code: str, message: str, help_: str | None = None) -> ActionError:
    """uv's failure in terms of what it was run for; its words stay, and what the sandbox hid."""
    found = error.diagnostic
    if found.code == UNDECLARED:
        told = evolve(found, message=f"{message}: {found.message}")
    else:
        told = Diagnostic(code, message, notes=found.notes, help=help_)
    return ActionError(told, error.output)
