"""The material of a compile action: the classified files of its tree, by the rules of its group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from oxidize.actions.kind import ActionContext
from oxidize.distributions.description import Description
from oxidize.distributions.extension_filter import passes
from oxidize.distributions.host import Probe
from oxidize.errors import ActionError, Diagnostic
from oxidize.resources.facts import Facts, facts_of
from oxidize.resources.file_kinds import file_flags
from oxidize.resources.layout import FileFlag, ModuleFlag
from oxidize.resources.placement import Placement
from oxidize.resources.scanner import FoundModule, Scan, scan
from oxidize.resources.selection import select

if TYPE_CHECKING:
    from oxidize.resources.site_packages import Choose


@frozen
class Material:
    """What goes into a container: `found` of the files of `tree`; some have other contents."""

    found: Scan
    tree: Mapping[str, Path]
    executables: frozenset[str]
    replaced: Mapping[str, bytes] = field(factory=dict)

    def read(self, path: str) -> bytes:
        """A file's bytes."""
        data = self.replaced.get(path)
        return self.tree[path].read_bytes() if data is None else data

    def facts(self, context: ActionContext) -> Iterator[Facts]:
        """Everything in it, placed as the action's parameters say for all."""
        is_stdlib = context.params["group"] in ("stdlib", "extensions")
        placement = placement_of(context)
        return facts_of(self.found, self.read, self.executables, placement, is_stdlib=is_stdlib)


def placement_of(context: ActionContext) -> Placement:
    """Where the action's resources go unless something else is decided."""
    params = context.params["placement"]
    assert isinstance(params, Mapping)
    return Placement.of_value(params)


def material_of(context: ActionContext) -> Material:
    """Of the tree `sources`, by the rules of the parameter `group`."""
    if context.params["group"] == "third-party":
        return third_party_material(context)
    if context.params["group"] == "extensions":
        return extension_material(context)
    return own_material(context, Probe.load(context.input("python")).extension_suffixes)


def extension_material(context: ActionContext) -> Material:
    """Of a distribution's extension modules, which its description names."""
    description, tree = Description.load(context.input("distribution")), context.tree("sources")
    flags = ModuleFlag.EXTENSION | ModuleFlag.STANDARD_LIBRARY
    wanted = str(context.params["extension_filter"])
    modules = [
        FoundModule(name, extension.file, flags)
        for name, extension in sorted(description.extensions.items())
        if passes(extension, wanted)
    ]
    found = select(Scan(tuple(modules), ()), context.params["select"], include_test=True)
    return Material(found, tree, frozenset())


def own_material(context: ActionContext, extension_suffixes: Sequence[str]) -> Material:
    """Of a tree that carries no installed distributions."""
    tree = context.tree("sources")
    found = select(
        scan((p for p in tree if not _is_cache(p)), extension_suffixes, _tells(tree)),
        context.params["select"],
        # What is the user's own was named; its tests are no accident.
        include_test=bool(context.params.get("include_test", True)),
    )
    if not context.params.get("include_data", True):
        found = evolve(found, files=tuple(path for path in found.files if _is_licence(path)))
    return Material(found, tree, context.executables("sources"))


def third_party_material(context: ActionContext) -> Material:
    """Of a site-packages tree, where RECORD says which file belongs to which distribution."""
    # Imported here: only builds with packages pay for it.
    from oxidize.resources.site_packages import (
        differences,
        read_site_packages,
        refuse_collisions,
    )

    description = Description.load(context.input("distribution"))
    _check_version(context, description)
    site = read_site_packages(
        context.tree("sources"), context.executables("sources"), _choice(context, description)
    )
    owners = site.owners()
    found = select(
        scan(site.files, description.extension_suffixes, _tells(site.files)),
        context.params["select"],
        include_test=True,
        owners={path: each.key for path, each in owners.items()},
    )
    taken = {*found.files, *(module.path for module in found.modules)}
    refuse_collisions(site.without(lambda path: path not in taken))
    for text in differences(site):
        context.warn(text)
    return Material(found, site.files, site.executables, site.records())


def _check_version(context: ActionContext, description: Description) -> None:
    made_for = context.params.get("made_for") or description.minor
    if made_for != description.minor:
        raise ActionError(
            Diagnostic(
                "OX0423",
                f"these packages are installed for Python {made_for}, and the program has "
                f"{description.minor}",
                help="make an environment with the Python to embed, or embed the environment's: "
                "default_python_distribution(python = ...)",
            )
        )


def _choice(context: ActionContext, description: Description) -> Choose:
    from oxidize.resources.closure import closure
    from oxidize.resources.environment import marker_environment

    wanted = context.params["distributions"]
    assert isinstance(wanted, Sequence)
    if not wanted:
        return lambda installed: installed
    names = [str(name) for name in wanted]
    environment = marker_environment(description.triple, description.version)
    return lambda installed: closure(installed, names, environment, context.warn)


def _is_cache(path: str) -> bool:
    return path.endswith((".pyc", ".pyo"))


def _is_licence(path: str) -> bool:
    return bool(file_flags(path, executable=False) & FileFlag.LICENCE)


def _tells(tree: Mapping[str, Path]) -> Callable[[str, str], bool]:
    """An extension module exports its init function, by a name that the file has to hold."""

    def is_extension(path: str, name: str) -> bool:
        symbol = f"PyInit_{name.rpartition('.')[2]}\0"
        return symbol.encode() in tree[path].read_bytes()

    return is_extension
