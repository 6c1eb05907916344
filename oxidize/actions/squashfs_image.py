"""squashfs-image: files as a file system in a file, by mksquashfs."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, cast

from oxidize.actions.archive import members
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.licence_texts import licence_file
from oxidize.installers.squashfs import squashfs_command
from oxidize.installers.system_tools import MKSQUASHFS


class SquashfsImage(Kind):
    """files and folder/N as of `archive`; licences: texts -> `image`.

    `texts` are files that are written, `links` lead from path to path, `licences` is where those
    go, `use` and `release` what the image is for; `tools` names the program's version.
    """

    mnemonic: ClassVar[str] = "squashfs-image"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"image": "file"}

    def run(self, context: ActionContext) -> None:
        """Lays the files out, and has them made an image."""
        params = cast(Mapping[str, Any], context.params)
        tree, image = context.scratch / "tree", context.scratch / "image"
        _lay_out(context, params, tree)
        use, release = params["use"], bool(params["release"])
        context.run(squashfs_command(MKSQUASHFS.find(), tree, image, use, release=release))
        image.rename(context.output("image"))


def _lay_out(context: ActionContext, params: Mapping[str, Any], tree: Path) -> None:
    for member in (*members(context), *licence_file(context)):
        target = _place(tree, member.path)
        shutil.copyfile(member.file, target)
        target.chmod(member.mode)
    for path, text in params["texts"].items():
        target = _place(tree, path)
        target.write_text(text, encoding="utf-8")
        target.chmod(0o644)
    for path, leads_to in params["links"].items():
        _place(tree, path).symlink_to(leads_to)
    # Whatever the umask is.
    for folder in (tree, *(each for each in tree.rglob("*") if each.is_dir())):
        folder.chmod(0o755)


def _place(tree: Path, path: str) -> Path:
    target = tree / path
    target.parent.mkdir(parents=True, exist_ok=True)
    return target
