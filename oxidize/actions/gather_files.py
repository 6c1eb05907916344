"""gather-files: files under the names that a build file gives them, as a tree."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm


class GatherFiles(Kind):
    """files, with their names and executable bits -> `tree`."""

    mnemonic: ClassVar[str] = "gather-files"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"tree": "tree"}

    def run(self, context: ActionContext) -> None:
        """Copies them."""
        names, executable = context.params["names"], context.params["executable"]
        assert isinstance(names, Sequence)
        assert isinstance(executable, Sequence)
        root = context.output("tree")
        for name, file, bit in zip(names, context.inputs("files"), executable, strict=True):
            target = root / str(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
            target.chmod(0o755 if bit else 0o644)
