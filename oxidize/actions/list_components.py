"""list-components: what a program holds, for bills of materials."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import ClassVar

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from oxidize.actions import zig
from oxidize.actions.interpreter_components import interpreter
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.mapped import mapped
from oxidize.distributions.description import Description
from oxidize.resources import licences
from oxidize.resources.environment import marker_environment
from oxidize.resources.model import Blob, File, Resources
from oxidize.resources.reader import Container
from oxidize.sbom.component import Component, dump
from oxidize.sbom.wheels import Archive


class ListComponents(Kind):
    """distribution; runtime: the executable without its resources; containers: what goes into the
    program; or, in place of both, folder: packages as files; wheels: of find-wheels ->
    `components`."""

    mnemonic: ClassVar[str] = "list-components"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"components": "file"}

    def tools(self) -> Mapping[str, str]:
        """Whose C library static programs have."""
        return {"zig": zig.version()}

    def run(self, context: ActionContext) -> None:
        """The interpreter, its libraries, the packages."""
        description = Description.load(context.input("distribution"))
        held = list(_held(context))
        archives = {
            name: Archive(**row)
            for path in context.inputs("wheels")
            for name, row in json.loads(path.read_text(encoding="utf-8")).items()
        }
        packages = [each for resources in held for each in licences.components(resources)]
        found = [
            *(
                row
                for path in context.inputs("runtime")
                for row in interpreter(description, path, held)
            ),
            *packages_of(packages, archives, description),
        ]
        context.output("components").write_text(dump(found), encoding="utf-8")


def _held(context: ActionContext) -> Iterator[Resources]:
    for path in context.inputs("containers"):
        yield Container(mapped(path), verify=False).resources()
    if context.params["folder"]:
        tree = context.tree("folder")
        told = {path: f for path, f in tree.items() if path.endswith(".dist-info/METADATA")}
        files = {path: File(path, Blob(file.read_bytes())) for path, file in told.items()}
        yield Resources(files=files)


def packages_of(
    packages: list[licences.Component], archives: Mapping[str, Archive], description: Description
) -> Iterator[Component]:
    """Installed packages, and what they need of each other."""
    refs = {canonicalize_name(each.name): _ref(each, archives) for each in packages}
    environment = marker_environment(description.triple, description.version)
    for each in packages:
        key = canonicalize_name(each.name)
        archive = archives.get(key)
        needs = {canonicalize_name(name) for name in _needs(each, environment)} - {key}
        yield Component(
            refs[key],
            "package",
            each.name,
            each.version,
            each.licence,
            purl=refs[key] if refs[key].startswith("pkg:") else "",
            file=archive.file if archive else "",
            sha256=archive.sha256 if archive else "",
            needs=tuple(sorted(refs[name] for name in needs if name in refs)),
        )


def _ref(each: licences.Component, archives: Mapping[str, Archive]) -> str:
    """What indexes call it. A local project may have the name of another one there."""
    key = canonicalize_name(each.name)
    local = key in archives and archives[key].local
    return f"{'local:' if local else 'pkg:pypi/'}{key}@{each.version.replace('+', '%2B')}"


def _needs(each: licences.Component, environment: Mapping[str, str]) -> Iterator[str]:
    """Names, also of what it needs for an extra alone, of which there is a mark that holds."""
    for text in each.requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        marker = requirement.marker
        extras = ("", *each.extras)
        if marker is None or any(marker.evaluate({**environment, "extra": e}) for e in extras):
            yield requirement.name
