"""Trimming: a program's resources, less the modules that no list names."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from attrs import evolve

from oxidize.resources.around import around, package_of
from oxidize.resources.layout import FileFlag, ModuleFlag
from oxidize.resources.model import File, Resources
from oxidize.resources.ownership import Owner, Ownership

_INFO = (".dist-info/", ".egg-info/")


def read_names(text: str) -> set[str]:
    """Names of modules, one per line; blank lines and what follows a # don't count."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return {line for line in lines if line}


def trimmed(resources: Resources, names: Collection[str], always: Collection[str]) -> Resources:
    """The modules of these names and of `always`, with the packages around them, their packages'
    data, their distributions' metadata, and the libraries that they need."""
    kept = {*names, *always}
    wanted = kept.union(*map(around, kept))
    modules = {name: module for name, module in resources.modules.items() if name in wanted}
    ownership = Ownership.of(resources)
    owners = {o for m in modules.values() if (o := ownership.owners.get(m.path))}
    needed = {path for module in modules.values() for path in module.libraries}
    packages = {name for name, m in resources.modules.items() if m.flags & ModuleFlag.PACKAGE}

    def stays(file: File) -> bool:
        if file.flags & FileFlag.SHARED_LIBRARY:
            return file.path in needed
        if any(part in file.path for part in _INFO):
            return _is_of(file.path, ownership.owners, owners)
        package = package_of(file.path, packages)
        return package is None or package in modules

    files = {path: file for path, file in resources.files.items() if stays(file)}
    return evolve(resources, modules=modules, files=files)


def _is_of(path: str, known: Mapping[str, Owner], owners: Collection[Owner]) -> bool:
    """Whether metadata belongs to one of some distributions, or to none that lists its files."""
    owner = known.get(path)
    return owner is None or owner in owners
