"""Running apple-platform-py in an action, by the Python that runs oxidize."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from oxidize.actions.kind import UNDECLARED, ActionContext, Needs
from oxidize.actions.signing_key import OpenedKey
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers import apple_signer
from oxidize.installers.pkcs12 import certificates, in_old_form

# In the folder of an action, while it signs.
_KEY = "key.p12"


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
    context: ActionContext, path: Path, options: Mapping[str, object], key: OpenedKey | None = None
) -> None:
    script, tool = apple_signer.__file__, context.tool("tool")
    identity = _identity(context, key) if key else {}
    request = {"tool": str(tool), "path": str(path), "options": options, **identity}
    network = options.get("timestamp_url", "none") != "none"
    try:
        context.run(
            [sys.executable, "-I", "-S", script],
            stdin=json.dumps(request).encode(),
            needs=Needs(read=(tool, script, sys.base_prefix, sys.prefix), network=network),
        )
    except ActionError as error:
        if key:
            raise key.failure(error, path.name) from None
        raise _told(error, path.name) from error
    finally:
        (context.scratch / _KEY).unlink(missing_ok=True)


def _identity(context: ActionContext, key: OpenedKey) -> Mapping[str, object]:
    """The library opens files of the old form only, and takes the last of their certificates for
    that of the key. A file that is left behind when all is killed opens with what nobody knows."""
    once, copy = token_hex(32), context.scratch / _KEY
    alone, others = in_old_form(key.path.read_bytes(), key.password, once)
    copy.touch(mode=0o600)
    copy.write_bytes(alone)
    for issuers in context.inputs("issuers"):
        others = [*others, *certificates(issuers.read_bytes())]
    paths = [context.scratch / f"issuer-{number}.der" for number in range(len(others))]
    for path, data in zip(paths, others, strict=True):
        path.write_bytes(data)
    return {
        "identity": {"path": str(copy), "password": once},
        "issuers": [str(each) for each in paths],
    }


def _told(error: ActionError, name: str) -> ActionError:
    if error.diagnostic.code == UNDECLARED:
        return error
    lines = error.output.strip().splitlines()
    message = f"{name} can't be signed: {lines[-1] if lines else error.diagnostic.message}"
    return ActionError(Diagnostic("OX1155", message, notes=error.diagnostic.notes), error.output)
