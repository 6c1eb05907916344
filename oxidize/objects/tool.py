"""Tools from a package index, as inputs of actions."""

from __future__ import annotations

from attrs import evolve

from oxidize.graph.action import Artifact
from oxidize.installers.tools import IndexTool
from oxidize.objects.context import Context


def tool_tree(context: Context, tool: IndexTool) -> Artifact:
    """The tree that has the tool, for the machine that builds."""
    from oxidize.packages.places import Access

    settings = context.settings
    wheelhouse = tuple(str(folder.absolute()) for folder in settings.wheelhouse)
    access = Access(offline=settings.offline, wheelhouse=wheelhouse, folder=str(settings.folder))
    action = context.action(
        "install-tool",
        f"install {tool.name} {tool.version}",
        params={"name": tool.name, "requirement": tool.requirement},
        triple=settings.host_triple,
    )
    return evolve(action, private=access.value()).output("tool")
