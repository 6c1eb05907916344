"""apple-sign-file: a program, a library or a package for macOS with somebody's signature."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.apple_command import sign_as_told
from oxidize.actions.kind import ActionContext, Kind, OutputForm


class AppleSignFile(Kind):
    """tool; file; entitlements, if there are some -> `signed`, with who the parameters say.

    `file` is its name; `identifier` what the signature calls it, if not what it did before.
    """

    mnemonic: ClassVar[str] = "apple-sign-file"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"signed": "file"}

    def run(self, context: ActionContext) -> None:
        """Signs what is a copy of the input."""
        copy = context.scratch / str(context.params["file"])
        shutil.copyfile(context.input("file"), copy)
        identifier = context.params["identifier"]
        sign_as_told(context, copy, {"binary_identifier": identifier} if identifier else {})
        copy.chmod(0o644 if copy.suffix in (".pkg", ".dmg") else 0o755)
        copy.rename(context.output("signed"))
