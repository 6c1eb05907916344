"""archive: files under names, as a tar.gz or zip."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.installers.archive import WRITERS, Member


class Archive(Kind):
    """files; their names and executable bits -> `archive`."""

    mnemonic: ClassVar[str] = "archive"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"archive": "file"}

    def tools(self) -> Mapping[str, str]:
        """What compresses: other versions give other bytes."""
        return {"zlib": zlib.ZLIB_RUNTIME_VERSION}

    def run(self, context: ActionContext) -> None:
        """Writes the archive."""
        names, executable = context.params["names"], context.params["executable"]
        assert isinstance(names, Sequence)
        assert isinstance(executable, Sequence)
        members = [
            Member(str(name), file, bool(bit))
            for name, file, bit in zip(names, context.inputs("files"), executable, strict=True)
        ]
        with context.output("archive").open("wb") as out:
            WRITERS[str(context.params["format"])](members, out)
