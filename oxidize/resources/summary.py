"""The summary: what a program's bytes are for, by kind and by top-level package."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, frozen

from oxidize.resources.layout import FileFlag, ModuleFlag
from oxidize.resources.model import Blob, File, Module, Resources

STANDARD_LIBRARY = "standard library"


@define
class Part:
    """Some of a program: how many things, and their stored bytes."""

    name: str
    count: int = 0
    size: int = 0


@frozen
class Summary:
    """Bytes by kind and by owner; both descending by size. A blob counts where it is first used."""

    kinds: tuple[Part, ...]
    owners: tuple[Part, ...]


def _blobs(module: Module) -> Iterator[tuple[str, Blob]]:
    if module.source:
        yield "source", module.source
    for code in module.code.values():
        yield "bytecode", code
    if module.extension:
        yield "extension modules", module.extension


def _file_kind(file: File) -> str:
    return "shared libraries" if file.flags & FileFlag.SHARED_LIBRARY else "files"


def _owner(module: Module) -> str:
    stdlib = module.flags & ModuleFlag.STANDARD_LIBRARY
    return STANDARD_LIBRARY if stdlib else module.name.partition(".")[0]


def _uses(resources: Resources) -> Iterator[tuple[str, str, Blob]]:
    """(owner, kind, blob) of everything."""
    for module in resources.modules.values():
        for kind, blob in _blobs(module):
            yield _owner(module), kind, blob
    owners = {_owner(module) for module in resources.modules.values()}
    for file in resources.files.values():
        top = file.path.partition("/")[0]
        owner = top if top in owners or top.endswith(".dist-info") else STANDARD_LIBRARY
        yield owner, _file_kind(file), file.content


def summarize(resources: Resources) -> Summary:
    """Adds everything up."""
    kinds: dict[str, Part] = {}
    owners: dict[str, Part] = {}
    seen: set[int] = set()
    for owner, kind, blob in _uses(resources):
        # Equal blobs are stored once, and read as one object.
        size = 0 if id(blob) in seen else len(blob.data)
        seen.add(id(blob))
        for parts, name in ((kinds, kind), (owners, owner)):
            part = parts.setdefault(name, Part(name))
            part.count += 1
            part.size += size

    def ordered(parts: dict[str, Part]) -> tuple[Part, ...]:
        return tuple(sorted(parts.values(), key=lambda part: (-part.size, part.name)))

    return Summary(ordered(kinds), ordered(owners))
