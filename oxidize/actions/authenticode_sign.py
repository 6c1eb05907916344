"""authenticode-sign: a file for Windows with a signature."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.authenticode_command import sign
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.signing_key import OpenedKey
from oxidize.installers.authenticode import is_unsigned_program


class AuthenticodeSign(Kind):
    """file; issuers: certificates in PEM -> `signed`.

    `file` is its name; with `keep`, what has a signature, or is no program, stays as it is.
    """

    mnemonic: ClassVar[str] = "authenticode-sign"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"signed": "file"}

    def run(self, context: ActionContext) -> None:
        """Signs it."""
        file, out = context.input("file"), context.output("signed")
        if context.params["keep"] and not is_unsigned_program(file):
            shutil.copyfile(file, out)
        else:
            key = OpenedKey.of(context, context.params)
            sign(context, key, file, out, str(context.params["file"]))
        out.chmod(0o755 if str(context.params["file"]).lower().endswith(".exe") else 0o644)
