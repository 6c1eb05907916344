"""Tools as inputs of actions: those from a package index, and those of the system."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from oxidize.graph.action import Artifact
from oxidize.installers.system_tools import MissingTool, SystemTool
from oxidize.installers.tools import IndexTool
from oxidize.objects.context import Context
from oxidize.objects.problem import refuse


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


def system_tools(*tools: SystemTool, argument: str = "format") -> Mapping[str, str]:
    """Their versions by name, for an action's parameters. Refuses what isn't installed."""
    try:
        return {tool.name: tool.version() for tool in tools}
    except MissingTool as problem:
        refuse("OX1121", str(problem), argument=argument, help=problem.help)
