"""squashfs-image: files as a file system in a file, by mksquashfs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from oxidize.actions.installed_tree import lay_out_tree
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.installers.squashfs import squashfs_command
from oxidize.installers.system_tools import MKSQUASHFS


class SquashfsImage(Kind):
    """files, folder/N, licences: a tree that is laid out -> `image`.

    `use` and `release` are what the image is for; `tools` names the program's version.
    """

    mnemonic: ClassVar[str] = "squashfs-image"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"image": "file"}

    def run(self, context: ActionContext) -> None:
        """Lays the files out, and has them made an image."""
        params = cast(Mapping[str, Any], context.params)
        tree, image = context.scratch / "tree", context.scratch / "image"
        lay_out_tree(context, tree)
        use, release = params["use"], bool(params["release"])
        context.run(squashfs_command(MKSQUASHFS.find(), tree, image, use, release=release))
        image.rename(context.output("image"))
