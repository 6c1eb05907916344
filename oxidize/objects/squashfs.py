"""A file system in a file, of what an installer holds."""

from __future__ import annotations

from oxidize.graph.action import Artifact
from oxidize.installers.squashfs import SquashfsUse
from oxidize.installers.system_tools import MKSQUASHFS
from oxidize.objects.installed_tree import InstalledTree
from oxidize.objects.tool import system_tools


def squashfs_image(
    tree: InstalledTree, use: SquashfsUse, label: str, *licences: Artifact, base: str = ""
) -> Artifact:
    """The image. Licences are added to those of the programs; `base` is the snap it runs on."""
    context = tree.request.context
    action = context.action(
        "squashfs-image",
        label,
        params={
            "use": use,
            "release": context.settings.release,
            "base": base,
            "tools": dict(system_tools(MKSQUASHFS)),
            **tree.params(),
        },
        inputs={
            **tree.inputs(*licences),
            "needs": tuple(each.portability() for each in tree.request.manifest.programs()),
        },
        origin=tree.request.origin,
    )
    return action.output("image")
