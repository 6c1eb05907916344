"""The host source: the CPython that runs oxidize, or one that the script names."""

from __future__ import annotations

from oxidize.objects.context import Context
from oxidize.objects.distribution_artifacts import DistributionArtifacts


def host_artifacts(context: Context, python: str, *, asked: bool) -> DistributionArtifacts:
    """Declares how the interpreter at an absolute path is read. `asked`: whether the build file
    says that it is to be an installed one."""
    settings = context.settings
    # Whatever the session builds for.
    triple = settings.host_triple
    probe = context.action(
        "host-probe", "look at the host's Python", params={"python": python}, triple=triple
    )
    description = probe.output("description")
    needed = context.action(
        "host-libraries",
        "list the host's libraries",
        inputs={"description": (description,)},
        triple=triple,
    )
    imported = context.action(
        "host-import",
        "read the host's Python",
        inputs={"description": (description,), "libraries": (needed.output("libraries"),)},
        triple=triple,
    )
    own = python == str(settings.interpreter)
    return DistributionArtifacts(
        triple=triple,
        python=description,
        interpreter=None,
        minor=settings.host_python_version if own else None,
        asked=asked,
        description=imported.output("distribution"),
        stdlib=imported.output("stdlib"),
        extensions=imported.output("extensions"),
        libraries=imported.output("libraries"),
        headers=imported.output("headers"),
        link=imported.output("link"),
        licenses=imported.output("licenses"),
    )
