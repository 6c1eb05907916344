"""The summary: what a program's bytes are for, by kind and by owner."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, frozen

from oxidize.resources.layout import FileFlag, ModuleFlag
from oxidize.resources.model import Blob, File, Module, Resources
from oxidize.resources.ownership import Ownership

STANDARD_LIBRARY = "standard library"
NOBODY = "other files"

# Where the libraries that come with the interpreter lie (docs/container-format.md).
_OWN_LIBRARIES = "lib"


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


@frozen
class Owners:
    """Whose each module and file is: a distribution, the standard library or a top-level package.

    Distributions are told by the RECORDs that the program carries.
    """

    distributions: Ownership
    packages: frozenset[str]
    """All top-level packages; `own` are those that aren't of the standard library."""
    own: frozenset[str]

    @classmethod
    def of(cls, resources: Resources) -> Owners:
        """Of everything in a program."""
        tops = {m.name.partition(".")[0]: _is_stdlib(m) for m in resources.modules.values()}
        own = frozenset(name for name, stdlib in tops.items() if not stdlib)
        return cls(Ownership.of(resources), frozenset(tops), own)

    def of_module(self, module: Module) -> str:
        """A module's owner, for people."""
        if _is_stdlib(module):
            return STANDARD_LIBRARY
        owner = self.distributions.owners.get(module.path)
        return str(owner) if owner else module.name.partition(".")[0]

    def of_file(self, file: File) -> str:
        """A file's owner, for people."""
        if owner := self.distributions.owners.get(file.path):
            return str(owner)
        top = file.path.partition("/")[0]
        if top in self.own:
            return top
        if top in self.packages or top == _OWN_LIBRARIES:
            return STANDARD_LIBRARY
        return top if "/" in file.path else NOBODY


def _is_stdlib(module: Module) -> bool:
    return bool(module.flags & ModuleFlag.STANDARD_LIBRARY)


def _uses(resources: Resources) -> Iterator[tuple[str, str, Blob]]:
    """(owner, kind, blob) of everything."""
    owners = Owners.of(resources)
    for module in resources.modules.values():
        for kind, blob in _blobs(module):
            yield owners.of_module(module), kind, blob
    for file in resources.files.values():
        if file.content is not None:
            yield owners.of_file(file), _file_kind(file), file.content


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
