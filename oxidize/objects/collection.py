"""ResourceCollection: resources to package, as a recipe that the build carries out."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, evolve, frozen

from oxidize.errors import Origin
from oxidize.graph.action import Artifact, Value
from oxidize.objects.base import ScriptObject
from oxidize.objects.callback import Callback, Calls, no_calls
from oxidize.objects.distribution_artifacts import DistributionArtifacts
from oxidize.objects.location import check_location
from oxidize.objects.member import exposed
from oxidize.objects.module_name import check_module_name
from oxidize.objects.problem import refuse


@frozen
class ResourceTree:
    """One tree of modules and data, and the selections and then the steps to apply, in order.

    `distributions`, of a third-party tree: names (with extras) to take, with what they need; none
    means all. `made_for`: the only Python ("3.13") that it fits, if that is known.
    """

    tree: Artifact
    group: str
    title: str
    origin: Origin | None
    selections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    steps: tuple[Value, ...] = ()
    distributions: tuple[str, ...] = ()
    made_for: str = ""
    distribution: DistributionArtifacts | None = None
    """The CPython that it is meant for."""
    added: Origin | None = None
    """The call that added it to a program or files."""

    def select(self) -> tuple[Value, ...]:
        """The selections as a parameter of the compile action."""
        return tuple({"op": op, "names": names} for op, names in self.selections)


@define(eq=False, kw_only=True)
class ResourceCollection(ScriptObject):
    """Resources to package: modules, package data and what belongs to them.

    A collection is a recipe: what is in it is found out when the target is built, so it has no
    length and can't be looped over. Its methods leave it as it is and return a new collection.
    """

    trees: tuple[ResourceTree, ...]

    def added(self) -> tuple[ResourceTree, ...]:
        """The trees, as the current call adds them."""
        return tuple(evolve(each, added=self.context.origin) for each in self.trees)

    @exposed()
    def extend(self, other: ResourceCollection) -> ResourceCollection:
        """The resources of this collection, then those of another.

        Args:
            other: The collection that comes after this one.
        """
        return ResourceCollection(context=self.context, trees=self.trees + other.trees)

    @exposed()
    def only(self, names: Sequence[str]) -> ResourceCollection:
        """The resources of the named modules and packages, with all that is below them.

        Args:
            names: Dotted names of modules or packages.
        """
        return self._selected("only", names)

    @exposed()
    def without(self, names: Sequence[str]) -> ResourceCollection:
        """All resources but those of the named modules and packages.

        Args:
            names: Dotted names of modules or packages.
        """
        return self._selected("without", names)

    @exposed()
    def filter(self, fn: Callback) -> Calls[ResourceCollection]:
        """The resources that a function says True of.

        It is called during the build, with each [PythonModuleSource](PythonModuleSource.md),
        [PythonExtensionModule](PythonExtensionModule.md),
        [PythonPackageResource](PythonPackageResource.md),
        [PythonPackageDistributionResource](PythonPackageDistributionResource.md) and
        [File](File.md); `type(resource)` tells which it is.

        Args:
            fn: Takes a resource; returns whether to keep it.
        """
        return no_calls(self._stepped(self.context.decision("filter", self)))

    @exposed()
    def relocate(self, location: str) -> ResourceCollection:
        """The same resources in another place than the program's policy says.

        Args:
            location: "in-memory", "extracted" (extension modules; files that the program writes
                once into a private folder) or "filesystem-relative:FOLDER" (files in a folder
                beside the program).
        """
        check_location(location, "location")
        return self._stepped({"step": "relocate", "location": location})

    def _stepped(self, step: Value) -> ResourceCollection:
        trees = (evolve(each, steps=(*each.steps, step)) for each in self.trees)
        return ResourceCollection(context=self.context, trees=tuple(trees))

    @exposed()
    def console_script(self, name: str) -> ResourceCollection:
        """The main module of a script that a package of the collection brings.

        The module is called `oxidize_entry`, and does what installers' scripts do: a program with
        `run_module = "oxidize_entry"`, to which the collection itself is added too, is the script.
        The script is looked up when the target is built: if several packages bring it, that of
        the one that was asked for first is taken.

        Args:
            name: The script, with a console or for windows.
        """
        installed = [each for each in self.trees if each.group == "third-party"]
        known = next((each.distribution for each in installed if each.distribution), None)
        if known is None:
            refuse(
                "OX0220",
                "these resources have no scripts: only installed packages do",
                help="call it on what pip_install() or read_virtualenv() returns",
            )
        written = self.context.action(
            "console-script",
            f"find the script {name}",
            params={"script": name, "wanted": tuple(each.distributions for each in installed)},
            inputs={
                "distribution": (known.description,),
                **{f"tree/{n}": (each.tree,) for n, each in enumerate(installed)},
            },
        )
        tree = ResourceTree(
            written.output("tree"),
            "first-party",
            f"the script {name}",
            self.context.origin,
            distribution=known,
        )
        return ResourceCollection(context=self.context, trees=(tree,))

    def _selected(self, op: str, names: Sequence[str]) -> ResourceCollection:
        if not names:
            refuse("OX0214", f"{op}() needs at least one name", argument="names")
        for name in names:
            check_module_name(name, "names")
        step = (op, tuple(names))
        trees = (evolve(each, selections=(*each.selections, step)) for each in self.trees)
        return ResourceCollection(context=self.context, trees=tuple(trees))
