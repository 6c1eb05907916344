"""Running apple-platform-py in an action, by the Python that runs oxidize."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from oxidize.actions.kind import UNDECLARED, ActionContext, Needs
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers import apple_signer


def sign(
    context: ActionContext,
    path: Path,
    options: Mapping[str, object],
    identity: Mapping[str, str] | None = None,
) -> None:
    """Signs a bundle, a Mach-O file or a package in place, by the input `tool`: ad hoc, or as the
    owner of an identity. Raises ActionError."""
    script, tool = apple_signer.__file__, context.tool("tool")
    request = {
        "tool": str(tool),
        "path": str(path),
        "options": options,
        **({"identity": identity} if identity else {}),
    }
    try:
        context.run(
            [sys.executable, "-I", "-S", script],
            stdin=json.dumps(request).encode(),
            needs=Needs(read=(tool, script, sys.base_prefix, sys.prefix)),
        )
    except ActionError as error:
        raise _told(error, path.name) from error


def _told(error: ActionError, name: str) -> ActionError:
    if error.diagnostic.code == UNDECLARED:
        return error
    lines = error.output.strip().splitlines()
    message = f"{name} can't be signed: {lines[-1] if lines else error.diagnostic.message}"
    return ActionError(Diagnostic("OX1155", message, notes=error.diagnostic.notes), error.output)
