"""Merging containers into one program, and what is to be said when two claim the same name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from attrs import define, field, frozen

from oxidize.resources.layout import ModuleFlag
from oxidize.resources.model import File, Module, Resources
from oxidize.resources.ownership import Ownership
from oxidize.resources.reader import decode

_OWN = "the program's own resources"


class Collision(ValueError):
    """Two different resources under one name; `owners` says whose they are."""

    def __init__(self, what: Literal["module", "file"], name: str, owners: tuple[str, str]) -> None:
        super().__init__(f"{owners[0]} and {owners[1]} give different {what}s {name}")
        self.what = what
        self.name = name
        self.owners = owners


@frozen
class _Part:
    """One container, and who owns what of it."""

    resources: Resources
    ownership: Ownership

    def owner(self, row: Module | File) -> str:
        """Whose a row is, for people."""
        if _is_stdlib(row):
            return "the standard library"
        return str(self.ownership.owners.get(row.path, _OWN))


@define
class _Merged:
    """Rows so far, and the parts that they come from."""

    modules: dict[str, Module] = field(factory=dict)
    files: dict[str, File] = field(factory=dict)
    parts: dict[tuple[str, str], _Part] = field(factory=dict)

    def add(self, part: _Part) -> None:
        """One more container. Raises Collision."""
        self._hide_stdlib(part.resources)
        for name, module in part.resources.modules.items():
            known = self.modules.get(name)
            if known is None or _gives_way(known):
                self.modules[name] = module
                self.parts["module", name] = part
            elif not _is_namespace(module):
                self._check("module", name, known, module, part)
        for path, file in part.resources.files.items():
            if path not in self.files:
                self.files[path] = file
                self.parts["file", path] = part
            else:
                self._check("file", path, self.files[path], file, part)

    def _hide_stdlib(self, resources: Resources) -> None:
        """A package of the application hides one of the standard library as a whole."""
        names = {
            name
            for name, module in resources.modules.items()
            if "." not in name and not _is_stdlib(module) and not _is_namespace(module)
        }
        for name, module in list(self.modules.items()):
            if name.partition(".")[0] in names and _is_stdlib(module):
                del self.modules[name], self.parts["module", name]

    def _check(
        self,
        what: Literal["module", "file"],
        name: str,
        known: Module | File,
        other: Module | File,
        part: _Part,
    ) -> None:
        first = self.parts[what, name]
        if known == other or _same_module(known, first, other, part):
            return
        raise Collision(what, name, (first.owner(known), part.owner(other)))


def merge(containers: Iterable[Resources]) -> Resources:
    """One set of resources; the configuration is nobody's. Raises Collision.

    The application shadows the standard library, as on `sys.path`, and shares namespace packages;
    anything else that is there twice must be the same.
    """
    merged = _Merged()
    for each in containers:
        merged.add(_Part(each, Ownership.of(each)))
    return Resources(merged.modules, merged.files)


def _is_stdlib(row: Module | File) -> bool:
    return isinstance(row, Module) and bool(row.flags & ModuleFlag.STANDARD_LIBRARY)


def _is_namespace(row: Module | File) -> bool:
    return isinstance(row, Module) and bool(row.flags & ModuleFlag.NAMESPACE)


def _gives_way(row: Module) -> bool:
    return _is_stdlib(row) or _is_namespace(row)


def _same_module(known: Module | File, first: _Part, other: Module | File, second: _Part) -> bool:
    """Whether two modules are of one source, though marshal wrote their code in two ways: its
    bytes depend on what a process has compiled before."""
    if not isinstance(known, Module) or not isinstance(other, Module):
        return False
    if (known.path, known.flags, known.extension) != (other.path, other.flags, other.extension):
        return False
    if known.source and other.source:
        return decode(known.source) == decode(other.source)
    row, twin = first.ownership.rows.get(known.path), second.ownership.rows.get(other.path)
    return row is not None and bool(row.hash) and row == twin
