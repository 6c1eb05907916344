"""authenticode-sign: a file for Windows with a signature."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, cast

from oxidize.actions.authenticode_command import sign
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.signing_key import OpenedKey
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers.authenticode import PACKAGES, is_unsigned_program, pin_time
from oxidize.installers.windows_subject import is_subject, publisher_of, written_subject


class AuthenticodeSign(Kind):
    """file; issuers: certificates in PEM -> `signed`.

    `file` is its name; with `keep`, what has a signature, or is no program, stays as it is.
    """

    mnemonic: ClassVar[str] = "authenticode-sign"
    version: ClassVar[int] = 2
    outputs: ClassVar[Mapping[str, OutputForm]] = {"signed": "file"}

    def run(self, context: ActionContext) -> None:
        """Signs it."""
        file, out = context.input("file"), context.output("signed")
        if context.params["keep"] and not is_unsigned_program(file):
            shutil.copyfile(file, out)
        else:
            key = OpenedKey.of(context, context.params)
            _check_publisher(context, file)
            sign(context, key, file, out, str(context.params["file"]))
            if str(context.params["file"]).lower().endswith(PACKAGES):
                pin_time(out)
        out.chmod(0o755 if str(context.params["file"]).lower().endswith(".exe") else 0o644)


def _check_publisher(context: ActionContext, file: Path) -> None:
    """Refuses an msix package of somebody else: Windows wouldn't install it."""
    name = str(context.params["file"])
    if not name.lower().endswith((".msix", ".appx")):
        return
    subject = cast("Sequence[tuple[str, str]]", context.params["subject"])
    publisher = publisher_of(file)
    if not is_subject(publisher, subject):
        written = written_subject(subject)
        raise ActionError(
            Diagnostic(
                "OX1163",
                f"{name} is the package of {publisher}, and the certificate names {written}: "
                "Windows installs it only if both are the same",
                help=f"msix_package(..., publisher = {json.dumps(written, ensure_ascii=False)})",
            )
        )
