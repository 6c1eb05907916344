"""Running apple-platform-py in an action, by the Python that runs oxidize."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from oxidize.actions.kind import UNDECLARED, ActionContext, Needs
from oxidize.actions.signing_key import OpenedKey
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers import apple_signer


def sign_as_told(context: ActionContext, path: Path, options: Mapping[str, object]) -> None:
    """Signs a bundle, a Mach-O file or a package in place, by the input `tool`: as the owner of the
    `certificate` in the parameters, or ad hoc. Raises ActionError."""
    params = context.params
    if "certificate" not in params:
        _sign(context, path, options)
        return
    told = {
        **options,
        "timestamp_url": params["time_stamps"] or "none",
        # When it was made, a server says: this is the same for each build.
        "signing_time": datetime.fromtimestamp(int(str(params["begins"])), UTC).isoformat(),
    }
    if params["hardened"]:
        told["code_signature_flags"] = ["runtime"]
    for file in context.inputs("entitlements"):
        told["entitlements_xml_file"] = str(file)
    _sign(context, path, told, OpenedKey.of(context, params))


def _sign(
    context: ActionContext,
    path: Path,
    options: Mapping[str, object],
    key: OpenedKey | None = None,
) -> None:
    script, tool = apple_signer.__file__, context.tool("tool")
    request: dict[str, object] = {"tool": str(tool), "path": str(path), "options": options}
    read = (tool, script, sys.base_prefix, sys.prefix)
    if key:
        request["identity"] = {"path": str(key.path), "password": key.password}
    network = options.get("timestamp_url", "none") != "none"
    try:
        context.run(
            [sys.executable, "-I", "-S", script],
            stdin=json.dumps(request).encode(),
            needs=Needs(read=(*read, key.path) if key else read, network=network),
        )
    except ActionError as error:
        if key:
            raise key.failure(error, path.name) from None
        raise _told(error, path.name) from error


def _told(error: ActionError, name: str) -> ActionError:
    if error.diagnostic.code == UNDECLARED:
        return error
    lines = error.output.strip().splitlines()
    message = f"{name} can't be signed: {lines[-1] if lines else error.diagnostic.message}"
    return ActionError(Diagnostic("OX1155", message, notes=error.diagnostic.notes), error.output)
