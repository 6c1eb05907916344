"""The components of a program's interpreter: CPython, and the libraries that it is built with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from oxidize.actions import zig
from oxidize.actions.mapped import mapped
from oxidize.distributions.description import Description
from oxidize.resources.layout import FileFlag
from oxidize.resources.model import File, Resources
from oxidize.resources.ownership import Ownership
from oxidize.resources.reader import decode
from oxidize.sbom.component import Component
from oxidize.sbom.native_libraries import LIBRARIES, cpe, library_called, versions_in

# Where programs have the libraries that come with their CPython (docs/container-format.md).
OWN_LIBRARIES = "lib/"


def interpreter(
    description: Description, runtime: Path, held: Sequence[Resources]
) -> Iterator[Component]:
    """CPython itself, and the libraries that it is built with. `runtime` is the executable without
    its resources, `held` what goes into the program."""
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
        if path.startswith(OWN_LIBRARIES)
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
