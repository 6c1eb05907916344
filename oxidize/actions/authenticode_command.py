"""Running osslsigncode in an action."""

from __future__ import annotations

import shutil
from pathlib import Path

from oxidize.actions.kind import ActionContext, Needs
from oxidize.actions.signing_key import OpenedKey
from oxidize.errors import ActionError


def sign(context: ActionContext, key: OpenedKey, file: Path, out: Path, name: str) -> None:
    """Writes a file with a signature in place of the one that it may have. Raises ActionError."""
    params = context.params
    command: list[str | Path] = [
        *("osslsigncode", "sign", "-h", "sha256", "-pkcs12", key.path),
        # Through a pipe: in arguments and variables, others could read it. (Older versions don't
        # know "-" for it.) It can't be empty.
        *(("-readpass", "/dev/stdin") if key.password else ()),
        # When it was made, a server says: this is the same for each build.
        *("-time", str(params["begins"])),
        *(("-ts", str(params["time_stamps"])) if params["time_stamps"] else ()),
    ]
    for issuers in context.inputs("issuers"):
        command += ["-ac", issuers]
    unsigned = context.scratch / f"unsigned{Path(name).suffix}"
    shutil.copyfile(file, unsigned)
    needs = Needs(read=(key.path,), network=bool(params["time_stamps"]))
    try:
        context.run(
            [*command, "-in", unsigned, "-out", out], stdin=key.password.encode(), needs=needs
        )
    except ActionError as error:
        raise key.failure(error, name) from None
    finally:
        unsigned.unlink()
