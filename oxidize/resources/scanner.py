"""The scanner: the files of a tree as modules and data, by Python's own naming rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from attrs import frozen

from oxidize.resources.around import around
from oxidize.resources.layout import ModuleFlag
from oxidize.resources.model import NO_MODULE_FLAGS


@frozen
class FoundModule:
    """A file of a tree that is a module, or the folder of a namespace package."""

    name: str
    path: str
    flags: ModuleFlag


_ANY_NAME = re.compile(r"[\w-]+")


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
    # A module's own name needn't fit an import statement: import_module() takes any, and packages
    # make use of it (numbered migrations, tables by version).
    folders = parts if flags else parts[:-1]
    if not all(name.isidentifier() for name in folders) or not _ANY_NAME.fullmatch(parts[-1]):
        return None
    return ".".join(parts), flags


# Not tagged with a Python, so it may as well be a library: the file itself has to tell.
_BARE = (".so", ".dylib")

IsExtension = Callable[[str, str], bool]
"""Whether the file at a path is the extension module of that name."""


def _by_name(_path: str, name: str) -> bool:
    return not name.rpartition(".")[2].startswith("lib")


def _module(
    path: str, extension_suffixes: Sequence[str], is_extension: IsExtension
) -> FoundModule | None:
    if path.endswith(".py"):
        named = _dotted(path, ".py")
        return FoundModule(named[0], path, named[1]) if named else None
    for suffix in extension_suffixes:
        if path.endswith(suffix):
            named = _dotted(path, suffix)
            if named and (suffix not in _BARE or is_extension(path, named[0])):
                return FoundModule(named[0], path, named[1] | ModuleFlag.EXTENSION)
    return None


def _namespaces(modules: Iterable[FoundModule]) -> Iterable[FoundModule]:
    """Packages that only their modules tell of: folders without an `__init__`."""
    known = {module.name for module in modules}
    flags = ModuleFlag.PACKAGE | ModuleFlag.NAMESPACE
    for name in sorted(known):
        for parent in around(name):
            if parent not in known:
                known.add(parent)
                yield FoundModule(parent, parent.replace(".", "/"), flags)


def scan(
    paths: Iterable[str], extension_suffixes: Sequence[str], is_extension: IsExtension = _by_name
) -> Scan:
    """Classifies the paths of a tree. Where two files give one module, a package wins over a plain
    module, and an extension module over source, as on `sys.path`.

    `is_extension` is asked of files like `name.so`, which may be libraries as well.
    """
    modules: dict[str, FoundModule] = {}
    files: list[str] = []

    def rank(module: FoundModule) -> tuple[bool, bool]:
        return bool(module.flags & ModuleFlag.PACKAGE), bool(module.flags & ModuleFlag.EXTENSION)

    for path in sorted(paths):
        module = _module(path, extension_suffixes, is_extension)
        if module is None:
            files.append(path)
        elif module.name not in modules or rank(module) > rank(modules[module.name]):
            modules[module.name] = module
    for namespace in _namespaces(list(modules.values())):
        modules[namespace.name] = namespace
    return Scan(tuple(modules[name] for name in sorted(modules)), tuple(files))
