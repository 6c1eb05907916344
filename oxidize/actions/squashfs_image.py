"""squashfs-image: files as a file system in a file, by mksquashfs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from oxidize.actions.installed_tree import lay_out_tree
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.program_needs import program_needs
from oxidize.binary.linux_releases import version_key
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers.snap import BASES
from oxidize.installers.squashfs import squashfs_command
from oxidize.installers.system_tools import MKSQUASHFS


class SquashfsImage(Kind):
    """files, folder/N, licences: a tree that is laid out; needs, of its programs -> `image`.

    `use` and `release` are what the image is for, `base` the snap that it runs on; `tools` names
    the program's version.
    """

    mnemonic: ClassVar[str] = "squashfs-image"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"image": "file"}

    def run(self, context: ActionContext) -> None:
        """Lays the files out, and has them made an image."""
        _check_base(context)
        params = cast(Mapping[str, Any], context.params)
        tree, image = context.scratch / "tree", context.scratch / "image"
        lay_out_tree(context, tree)
        use, release = params["use"], bool(params["release"])
        context.run(squashfs_command(MKSQUASHFS.find(), tree, image, use, release=release))
        image.rename(context.output("image"))


def _check_base(context: ActionContext) -> None:
    """Refuses programs that need a newer C library than the base is known to have."""
    base = str(context.params["base"])
    if not (has := BASES.get(base)):
        return
    need = program_needs(context).get("GLIBC", "")
    if version_key(need) <= version_key(has):
        return
    enough = (n for n, version in BASES.items() if version_key(version) >= version_key(need))
    other = next(enough, "")
    raise ActionError(
        Diagnostic(
            "OX1140",
            f"the program needs glibc {need}, and the snap's base {base} has {has}",
            help=(f'take base = "{other}", or build it' if other else "build it")
            + " with a standalone distribution, which needs less",
        )
    )
