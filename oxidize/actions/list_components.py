"""list-components: what a program holds, for bills of materials."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from oxidize.actions import zig
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.mapped import mapped
from oxidize.distributions.description import Description
from oxidize.resources import licences
from oxidize.resources.environment import marker_environment
from oxidize.resources.layout import FileFlag
from oxidize.resources.model import Blob, File, Resources
from oxidize.resources.ownership import Ownership
from oxidize.resources.reader import Container, decode
from oxidize.sbom.component import Component, dump
from oxidize.sbom.native_libraries import LIBRARIES, cpe, library_called, versions_in
from oxidize.sbom.wheels import Archive

# Where programs have the libraries that come with their CPython (docs/container-format.md).
_OWN_LIBRARIES = "lib/"


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
                for row in _python(description, path, held)
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


def _python(description: Description, runtime: Path, held: list[Resources]) -> Iterator[Component]:
    """Itself, and the libraries that it is built with."""
    carried = {path: file for each in held for path, file in _libraries(each).items()}
    code = [decode(m.extension) for each in held for m in each.modules.values() if m.extension]
    bytes_of = {path: decode(file.blob) for path, file in carried.items()}
    versions = versions_in([mapped(runtime), *code, *bytes_of.values()])
    libraries = [*_linked(description, versions, bytes_of), *_carried(bytes_of, versions)]
    yield Component(
        f"cpython@{description.version}",
        "interpreter",
        "CPython",
        description.version,
        "PSF-2.0",
        purl=f"pkg:generic/cpython@{description.version}",
        cpe=cpe("python:python", description.version),
        needs=tuple(each.ref for each in libraries),
    )
    yield from libraries


def _libraries(resources: Resources) -> dict[str, File]:
    """The shared libraries of the CPython itself."""
    owners = Ownership.of(resources).owners
    return {
        path: file
        for path, file in resources.files.items()
        if path.startswith(_OWN_LIBRARIES)
        and file.content
        and file.flags & FileFlag.SHARED_LIBRARY
        and path not in owners
    }


def _linked(
    description: Description, versions: Mapping[str, str], carried: Mapping[str, bytes]
) -> Iterator[Component]:
    """Those that the distribution tells of; and others whose code is in the program."""
    told = set()
    for name, each in sorted(description.components.items()):
        known = library_called(name)
        version = each.version or (versions.get(known.name, "") if known else "")
        number = cpe(known.cpe, version) if known else ""
        told.add(known.name if known else "")
        yield _library(name, version, each.licence, number)
    if description.static:
        version = zig.musl_version()
        yield _library("musl", version, "MIT", cpe("musl-libc:musl", version))
    told |= {known.name for path in carried if (known := library_called(_name(path)))}
    for other in LIBRARIES:
        if other.name in versions and other.name not in told:
            version = versions[other.name]
            yield _library(other.name, version, other.licence, cpe(other.cpe, version))


def _library(name: str, version: str, licence: str, cpe: str) -> Component:
    ref = f"library:{name}" + (f"@{version}" if version else "")
    return Component(ref, "library", name, version, licence, cpe=cpe)


def _carried(contents: Mapping[str, bytes], versions: Mapping[str, str]) -> Iterator[Component]:
    """By the names of their files."""
    for path, data in sorted(contents.items()):
        digest, known = hashlib.sha256(data).hexdigest(), library_called(_name(path))
        version = versions.get(known.name, "") if known else ""
        yield Component(
            f"library:{_name(path)}@{digest[:16]}",
            "library",
            _name(path),
            version,
            known.licence if known else "",
            cpe=cpe(known.cpe, version) if known else "",
            file=_name(path),
            sha256=digest,
        )


def _name(path: str) -> str:
    return path.rpartition("/")[2]


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
