"""The material of a compile action: the classified files of its tree, by the rules of its group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from oxidize.actions.kind import InputContext
from oxidize.distributions.description import Description
from oxidize.distributions.extension_filter import passes
from oxidize.distributions.host import Probe
from oxidize.errors import ActionError, Diagnostic
from oxidize.resources.facts import Facts, facts_of
from oxidize.resources.file_kinds import file_flags
from oxidize.resources.layout import FileFlag, ModuleFlag
from oxidize.resources.placement import Placement
from oxidize.resources.scanner import FoundModule, Scan, scan
from oxidize.resources.selection import Stage, last, stages

if TYPE_CHECKING:
    from oxidize.resources.site_packages import Choose, SitePackages


# What leaves out a distribution that is installed with those that are wanted.
NOT_NEEDED = "no requirement of the call needs it"


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

    def facts(self, context: InputContext) -> Iterator[Facts]:
        """Everything in it, placed as the action's parameters say for all."""
        is_stdlib = context.params["group"] in ("stdlib", "extensions")
        placement = placement_of(context)
        return facts_of(self.found, self.read, self.executables, placement, is_stdlib=is_stdlib)


def placement_of(context: InputContext) -> Placement:
    """Where the action's resources go unless something else is decided."""
    params = context.params["placement"]
    assert isinstance(params, Mapping)
    return Placement.of_value(params)


def material_of(context: InputContext) -> Material:
    """Of the tree `sources`, by the rules of the parameter `group`."""
    if context.params["group"] == "third-party":
        return third_party_material(context)
    if context.params["group"] == "extensions":
        return extension_material(context)
    return own_material(context, _suffixes(context))


def stages_of(context: InputContext) -> Iterator[Stage]:
    """What of the tree `sources` is left after each selection; first, all that it has."""
    if context.params["group"] == "third-party":
        from oxidize.resources.site_packages import read_site_packages

        description = Description.load(context.input("distribution"))
        everything = read_site_packages(context.tree("sources"), frozenset())
        yield Stage("", _scanned(everything, description))
        yield from _third_party_stages(context, description, _chosen(context, description))
    elif context.params["group"] == "extensions":
        yield from _extension_stages(context)
    else:
        yield from _own_stages(context, _suffixes(context))


def _suffixes(context: InputContext) -> Sequence[str]:
    """Of extension modules: another CPython than the one to embed may compile."""
    if context.inputs("distribution"):
        return Description.load(context.input("distribution")).extension_suffixes
    return Probe.load(context.input("python")).extension_suffixes


def extension_material(context: InputContext) -> Material:
    """Of a distribution's extension modules, which its description names."""
    return Material(last(_extension_stages(context)), context.tree("sources"), frozenset())


def _extension_stages(context: InputContext) -> Iterator[Stage]:
    description = Description.load(context.input("distribution"))
    flags = ModuleFlag.EXTENSION | ModuleFlag.STANDARD_LIBRARY
    wanted = str(context.params["extension_filter"])
    modules = {
        FoundModule(name, extension.file, flags): passes(extension, wanted)
        for name, extension in sorted(description.extensions.items())
    }
    yield Stage("", Scan(tuple(modules), ()))
    passing = Scan(tuple(each for each, passed in modules.items() if passed), ())
    yield Stage(f'extension_module_filter = "{wanted}"', passing)
    yield from stages(passing, context.params["select"], include_test=True)


def own_material(context: InputContext, extension_suffixes: Sequence[str]) -> Material:
    """Of a tree that carries no installed distributions."""
    found = last(_own_stages(context, extension_suffixes))
    return Material(found, context.tree("sources"), context.executables("sources"))


def _own_stages(context: InputContext, extension_suffixes: Sequence[str]) -> Iterator[Stage]:
    tree = context.tree("sources")
    # What is the user's own was named; its tests are no accident.
    include_test = bool(context.params.get("include_test", True))
    found = scan((p for p in tree if not _is_cache(p)), extension_suffixes, _tells(tree))
    for stage in stages(found, context.params["select"], include_test=include_test):
        found = stage.found
        yield stage
    if not context.params.get("include_data", True):
        licences = tuple(path for path in found.files if _is_licence(path))
        yield Stage("include_distribution_resources = False", evolve(found, files=licences))


def third_party_material(context: InputContext) -> Material:
    """Of a site-packages tree, where RECORD says which file belongs to which distribution."""
    # Imported here: only builds with packages pay for it.
    from oxidize.resources.site_packages import differences, refuse_collisions

    description = Description.load(context.input("distribution"))
    _check_version(context, description)
    site = _chosen(context, description)
    found = last(_third_party_stages(context, description, site))
    taken = {*found.files, *(module.path for module in found.modules)}
    refuse_collisions(site.without(lambda path: path not in taken))
    for text in differences(site):
        context.warn(text)
    return Material(found, site.files, site.executables, site.records())


def _chosen(context: InputContext, description: Description) -> SitePackages:
    """The wanted distributions of the tree, and what they need."""
    from oxidize.resources.site_packages import read_site_packages

    return read_site_packages(
        context.tree("sources"), context.executables("sources"), _choice(context, description)
    )


def _third_party_stages(
    context: InputContext, description: Description, site: SitePackages
) -> Iterator[Stage]:
    found = _scanned(site, description)
    yield Stage(NOT_NEEDED, found)
    owners = {path: each.key for path, each in site.owners().items()}
    yield from stages(found, context.params["select"], include_test=True, owners=owners)


def _scanned(site: SitePackages, description: Description) -> Scan:
    return scan(site.files, description.extension_suffixes, _tells(site.files))


def _check_version(context: InputContext, description: Description) -> None:
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


def _choice(context: InputContext, description: Description) -> Choose:
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
