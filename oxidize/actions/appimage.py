"""appimage: a squashfs image behind the program that runs what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.installers.appimage import write_appimage


class Appimage(Kind):
    """runtime, image -> `appimage`."""

    mnemonic: ClassVar[str] = "appimage"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"appimage": "file"}

    def run(self, context: ActionContext) -> None:
        """Puts the one behind the other."""
        output = context.output("appimage")
        with output.open("wb") as out:
            write_appimage(context.input("runtime").read_bytes(), context.input("image"), out)
        output.chmod(0o755)
