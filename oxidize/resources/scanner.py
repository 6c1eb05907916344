"""The scanner: the files of a tree as modules and data, by Python's own naming rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from oxidize.resources.layout import ModuleFlag
from oxidize.resources.model import NO_MODULE_FLAGS


@frozen
class FoundModule:
    """A file of a tree that is a module, or the folder of a namespace package."""

    name: str
    path: str
    flags: ModuleFlag


@frozen
class Scan:
    """What a tree holds: modules by name, the other files by path; both sorted."""

    modules: tuple[FoundModule, ...]
    files: tuple[str, ...]


def _dotted(path: str, suffix: str) -> tuple[str, ModuleFlag] | None:
    """Module name and flags of a path without its suffix; None when it can't be imported."""
    parts = path.removesuffix(suffix).split("/")
    flags = NO_MODULE_FLAGS
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
        flags = ModuleFlag.PACKAGE
    # CPython itself has a top-level module whose name can't stand in an import statement.
    names = [parts[0].replace("-", "_")] if len(parts) == 1 else parts
    if not all(name.isidentifier() for name in names):
        return None
    return ".".join(parts), flags


def _module(path: str, extension_suffixes: Sequence[str]) -> FoundModule | None:
    if path.endswith(".py"):
        named = _dotted(path, ".py")
        return FoundModule(named[0], path, named[1]) if named else None
    for suffix in extension_suffixes:
        if path.endswith(suffix):
            named = _dotted(path, suffix)
            if named:
                return FoundModule(named[0], path, named[1] | ModuleFlag.EXTENSION)
    return None


def _namespaces(modules: Iterable[FoundModule]) -> Iterable[FoundModule]:
    """Packages that only their modules tell of: folders without an `__init__`."""
    known = {module.name for module in modules}
    flags = ModuleFlag.PACKAGE | ModuleFlag.NAMESPACE
    for name in sorted(known):
        parts = name.split(".")
        for end in range(1, len(parts)):
            parent = ".".join(parts[:end])
            if parent not in known:
                known.add(parent)
                yield FoundModule(parent, parent.replace(".", "/"), flags)


def scan(paths: Iterable[str], extension_suffixes: Sequence[str]) -> Scan:
    """Classifies the paths of a tree. Where two files give one module, an extension module wins
    over a package, and a package over a plain module, as on `sys.path`."""
    modules: dict[str, FoundModule] = {}
    files: list[str] = []

    def rank(module: FoundModule) -> tuple[bool, bool]:
        return bool(module.flags & ModuleFlag.PACKAGE), bool(module.flags & ModuleFlag.EXTENSION)

    for path in sorted(paths):
        module = _module(path, extension_suffixes)
        if module is None:
            files.append(path)
        elif module.name not in modules or rank(module) > rank(modules[module.name]):
            modules[module.name] = module
    for namespace in _namespaces(list(modules.values())):
        modules[namespace.name] = namespace
    return Scan(tuple(modules[name] for name in sorted(modules)), tuple(files))
