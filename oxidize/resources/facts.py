"""The facts of resources, as scripts see them: every module and file of a tree, typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from attrs import evolve, field, frozen

from oxidize.resources.around import package_of
from oxidize.resources.layout import ModuleFlag
from oxidize.resources.placement import Placement
from oxidize.resources.scanner import FoundModule, Scan

Kind = Literal[
    "PythonModuleSource",
    "PythonExtensionModule",
    "PythonPackageResource",
    "PythonPackageDistributionResource",
    "File",
]

_METADATA = (".dist-info", ".egg-info")


@frozen
class Facts:
    """One resource. `key` tells it from all others of its tree.

    `name` is a module's dotted name, and a file's path: in its package, in its distribution's
    metadata, or from the top.
    """

    key: str
    kind: Kind
    name: str
    package: str
    is_package: bool
    is_stdlib: bool
    is_executable: bool
    placement: Placement
    read: Callable[[], bytes] = field(repr=False, eq=False)

    def placed(self, placement: Placement) -> Facts:
        """The same resource in another place."""
        return evolve(self, placement=placement)


def module_key(name: str) -> str:
    """The key of a module."""
    return f"module {name}"


def file_key(path: str) -> str:
    """The key of a file."""
    return f"file {path}"


def facts_of(
    found: Scan,
    read: Callable[[str], bytes],
    executables: frozenset[str],
    placement: Placement,
    *,
    is_stdlib: bool,
) -> Iterator[Facts]:
    """Everything that a scan found but namespace packages, which only their modules tell of."""
    packages = {m.name for m in found.modules if m.flags & ModuleFlag.PACKAGE}
    for module in found.modules:
        if not module.flags & ModuleFlag.NAMESPACE:
            yield _module(module, read, placement, is_stdlib=is_stdlib)
    for path in found.files:
        kind, package, name = _classified(path, packages)
        yield Facts(
            file_key(path),
            kind,
            name,
            package,
            False,
            is_stdlib,
            path in executables,
            placement,
            lambda path=path: read(path),  # type: ignore[misc]
        )


def _module(
    found: FoundModule, read: Callable[[str], bytes], placement: Placement, *, is_stdlib: bool
) -> Facts:
    extension, package = found.flags & ModuleFlag.EXTENSION, found.flags & ModuleFlag.PACKAGE
    return Facts(
        module_key(found.name),
        "PythonExtensionModule" if extension else "PythonModuleSource",
        found.name,
        found.name if package else found.name.rpartition(".")[0],
        bool(package),
        is_stdlib,
        False,
        placement,
        lambda: read(found.path),
    )


def _classified(path: str, packages: set[str]) -> tuple[Kind, str, str]:
    """(kind, package, name) of a file that is no module."""
    top, _, rest = path.partition("/")
    if rest and top.endswith(_METADATA):
        return "PythonPackageDistributionResource", top.partition("-")[0], rest
    package = package_of(path, packages)
    if package is None:
        return "File", "", path
    # A dot of the package's name is a slash of the path.
    return "PythonPackageResource", package, path[len(package) + 1 :]
