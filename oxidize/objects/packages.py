"""What one target wants from indexes, and the actions that install it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from oxidize.graph.action import Action, Artifact, Output, SourceFile, SourceTree, Value
from oxidize.graph.key import canonical
from oxidize.objects.collection import ResourceCollection, ResourceTree
from oxidize.objects.context import Context
from oxidize.objects.distribution_artifacts import DistributionArtifacts
from oxidize.objects.problem import Refusal, refuse
from oxidize.objects.secret import Secret, revealed
from oxidize.objects.source_folder import SourceFolder
from oxidize.packages.platforms import has_wheels
from oxidize.redaction import VARIABLE

if TYPE_CHECKING:
    from oxidize.packages.request import Call, LockRequest, Wanted

# How many packages progress names.
_MOST_NAMES = 3


@define(eq=False)
class PackageSet:
    """All calls of one target for one Python: they resolve together and are one tree.

    Calls may come until the target's function returns; so the action's inputs, parameters and
    `private` grow with them. It doesn't run before all functions have returned.
    """

    context: Context
    target: str
    distribution: DistributionArtifacts
    calls: list[Call] = field(factory=list)
    _wheels: dict[Path, Artifact] = field(factory=dict)
    _env: dict[str, Value] = field(factory=dict)
    _params: dict[str, Value] = field(factory=dict)
    _inputs: dict[str, tuple[Artifact, ...]] = field(factory=dict)
    _private: dict[str, Value] = field(factory=dict)
    _action: Action = field(init=False)

    def __attrs_post_init__(self) -> None:
        settings = self.context.settings
        section = self.context.action(
            "lock-section",
            f"read the lock of {self.target or 'the build file'}",
            params={"target": self.target},
            inputs={
                "lock": (SourceFile(str(settings.lock_file)),),
                "python": (self.distribution.python,),
            },
        )
        self._inputs |= {
            "section": (section.output("section"),),
            **self.distribution.runs,
        }
        if not _is_host(self.distribution):
            self._inputs["distribution"] = (self.distribution.description,)
        self._params |= {
            "builds": not self.distribution.cross,
            "floor": self.distribution.floors.of(self.distribution.triple),
            "env": self._env,
            "wheels": 0,
        }
        self._action = Action(
            "install-packages",
            settings.triple,
            self._params,
            self._inputs,
            f"install the packages of {self.target or 'the build file'}",
            self.context.origin,
            self._private,
        )

    @property
    def empty(self) -> bool:
        """Whether nothing is wanted after all."""
        return not any(call.selectors for call in self.calls)

    @property
    def tree(self) -> Output:
        """Everything installed."""
        return self._action.output("packages")

    def add(self, call: Call) -> None:
        """One more call."""
        from oxidize.packages.network import is_network_setting

        self.calls.append(call)
        private = {name for name in call.env if is_network_setting(name)} | call.secrets
        self._env |= {k: v for k, v in call.env.items() if k not in private}
        self._private.update(self._access())
        for wanted in call.wanted:
            if wanted.local and wanted.local.path not in self._wheels:
                self._wheels[wanted.local.path] = self._wheel(wanted)
        self._inputs |= {f"wheel/{n}": (each,) for n, each in enumerate(self._wheels.values())}
        self._params["wheels"] = len(self._wheels)

    def request(self) -> LockRequest:
        """What the lock must have a section for."""
        from oxidize.packages.request import LockRequest

        known = self.distribution.minor == self.context.settings.host_python_version
        return LockRequest(
            self.target,
            self.distribution.python,
            self.distribution.interpreter,
            self.distribution.minor if known else None,
            self.context.settings.lock_file.parent,
            tuple(self.calls),
            self.tree if self.distribution.cross else None,
        )

    def _access(self) -> Mapping[str, Value]:
        from oxidize.packages.places import Access

        settings = self.context.settings
        return Access(
            self.request().locations,
            settings.offline,
            tuple(str(folder.absolute()) for folder in settings.wheelhouse),
            str(settings.folder),
            {k: v for k, v in self.request().env.items() if k not in self._env},
        ).value()

    def _wheel(self, wanted: Wanted) -> Artifact:
        from oxidize.packages.local import project_entries

        local = wanted.local
        assert local is not None
        parent, name = str(local.path.parent), local.path.name
        if local.kind == "wheel":
            return SourceTree(parent, (name,), (), local.within)
        if local.kind == "sdist":
            source = SourceTree(parent, (name,), (), local.within)
        else:
            entries = project_entries(local.path)
            exclude = ("__pycache__", "*.egg-info")
            source = SourceTree(str(local.path), entries, exclude, local.within)
        build = Action(
            "build-wheel",
            self.context.settings.triple,
            {
                "archive": name if local.kind == "sdist" else "",
                "name": wanted.name,
                "env": self._env,
            },
            {"sources": (source,), **self.distribution.runs},
            f"build {wanted.name}",
            self.context.origin,
            self._private,
        )
        return build.output("wheel")


def pip_install(
    context: Context,
    distribution: DistributionArtifacts,
    args: Sequence[str],
    extra_envs: Mapping[str, str | Secret],
    project: SourceFolder | None = None,
    *,
    wheels_only: bool = False,
) -> ResourceCollection:
    """Notes what is wanted; the collection is what these arguments name, with what it needs."""
    from oxidize.packages.arguments import read_arguments
    from oxidize.packages.choice import Options
    from oxidize.packages.problem import Rejected

    _check_variables(extra_envs)
    _check_system(distribution.triple)
    try:
        call = read_arguments(args, context.reach, project.path if project else None)
    except Rejected as problem:
        raise Refusal(problem.diagnostic, "args") from problem
    if context.reach.root is not None:
        _check_library(call, extra_envs)
    if wheels_only:
        names = frozenset(each.name for each in call.wanted)
        call = evolve(call, options=call.options | Options(only_binary=names))
    packages = _package_set(context, distribution)
    env, secrets = revealed(extra_envs)
    packages.add(evolve(call, env=env, secrets=secrets, origin=context.origin))
    return _collection(context, packages, call)


def _check_library(call: Call, extra_envs: Mapping[str, str | Secret]) -> None:
    """Refuses what would reach more than indexes from the code of a library."""
    from oxidize.packages.network import is_network_setting

    for url in call.urls:
        if VARIABLE.search(url) or not url.lower().startswith(("https://", "http://")):
            refuse(
                "OX0129",
                f'the code of a library can\'t name "{url}": it reaches indexes, and no files '
                "or variables of yours",
                argument="args",
                help="let the build file call pip_install(), and take the collection",
            )
    for name in extra_envs:
        if is_network_setting(name):
            refuse(
                "OX0129",
                f"the code of a library can't set {name}, which says where packages come from",
                argument="extra_envs",
            )


def _check_system(triple: str) -> None:
    if not has_wheels(triple):
        refuse(
            "OX0529",
            f"packages can't be installed for {triple}: uv knows no wheels for it",
            help="install them into a folder, and add that: read_package_root()",
        )


def _check_variables(variables: Mapping[str, str | Secret]) -> None:
    for name, value in revealed(variables)[0].items():
        if not name or "=" in name or "\0" in name + value:
            shown = json.dumps(f"{name}={value}" if "\0" in value else name, ensure_ascii=False)
            message = f"{shown} can't be an environment variable"
            refuse("OX0214", message, argument="extra_envs")


def _is_host(distribution: DistributionArtifacts) -> bool:
    """Whether the CPython to embed is the one that runs here."""
    made = distribution.description
    return isinstance(made, Output) and made.action.mnemonic == "host-import"


def _package_set(context: Context, distribution: DistributionArtifacts) -> PackageSet:
    target = context.handle.target
    key = (target, _identity(distribution.python) + _identity(distribution.description))
    if key not in context.packages:
        context.packages[key] = PackageSet(context, target, distribution)
    return context.packages[key]


def _identity(artifact: Artifact) -> str:
    """The same for what is made in the same way, however often a build file asks for it."""
    assert isinstance(artifact, Output)
    return f"{artifact.action.mnemonic} {canonical(artifact.action.params)} "


def _collection(context: Context, packages: PackageSet, call: Call) -> ResourceCollection:
    if not call.selectors:
        return ResourceCollection(context=context, trees=())
    # Never an argument as it is: it may be a URL with a password.
    wanted = dict.fromkeys(each.name for each in call.wanted)
    title = _title([*(wanted or (each.path.name for each in call.imports))])
    names = call.selectors
    tree = ResourceTree(
        packages.tree,
        "third-party",
        title,
        context.origin,
        distributions=names,
        distribution=packages.distribution,
    )
    return ResourceCollection(context=context, trees=(tree,))


def _title(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
