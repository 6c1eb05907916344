"""make-file: one file, of text that a build file gives or as a copy, with the wanted mode."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm


class MakeFile(Kind):
    """text, or file: what to copy; executable -> `file`."""

    mnemonic: ClassVar[str] = "make-file"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"file": "file"}

    def run(self, context: ActionContext) -> None:
        """Writes it."""
        out = context.output("file")
        if "text" in context.params:
            out.write_bytes(str(context.params["text"]).encode())
        else:
            shutil.copyfile(context.input("file"), out)
        out.chmod(0o755 if context.params["executable"] else 0o644)
