"""The host source: the CPython that runs oxidize, or one that the script names."""

from __future__ import annotations

from oxidize.objects.context import Context
from oxidize.objects.distribution_artifacts import DistributionArtifacts


def host_artifacts(context: Context, python: str) -> DistributionArtifacts:
    """Declares how the interpreter at an absolute path is read."""
    probe = context.action("host-probe", "look at the host's Python", params={"python": python})
    description = probe.output("description")
    needed = context.action(
        "host-libraries",
        "list the host's libraries",
        inputs={"description": (description,)},
    )
    imported = context.action(
        "host-import",
        "read the host's Python",
        inputs={"description": (description,), "libraries": (needed.output("libraries"),)},
    )
    return DistributionArtifacts(
        python=description,
        description=imported.output("distribution"),
        stdlib=imported.output("stdlib"),
        extensions=imported.output("extensions"),
        libraries=imported.output("libraries"),
        headers=imported.output("headers"),
        link=imported.output("link"),
        licenses=imported.output("licenses"),
    )
