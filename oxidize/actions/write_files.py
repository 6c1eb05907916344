"""write-files: text that a build file gives, or a file that it names, as a tree."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm


class WriteFiles(Kind):
    """files: path -> text, or None for the input `file`; gives `tree`."""

    mnemonic: ClassVar[str] = "write-files"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"tree": "tree"}

    def run(self, context: ActionContext) -> None:
        """Writes them."""
        files = context.params["files"]
        assert isinstance(files, Mapping)
        root = context.output("tree")
        for path, text in files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                shutil.copyfile(context.input("file"), target)
            else:
                target.write_text(str(text), encoding="utf-8")
