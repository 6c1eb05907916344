"""How a program comes to be, as actions: compile, pack, link, embed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from oxidize.errors import Origin
from oxidize.graph.action import Action, Artifact, Output, SourceTree, Value
from oxidize.objects.collection import ResourceTree
from oxidize.objects.context import Context
from oxidize.objects.distribution_artifacts import DistributionArtifacts
from oxidize.objects.packaging_policy import PythonPackagingPolicy
from oxidize.objects.placed import placed
from oxidize.objects.windows_settings import WindowsSettings
from oxidize.paths import runtime_folder
from oxidize.triples import system_of


@frozen
class Program:
    """All that decides a program's bytes."""

    name: str
    distribution: DistributionArtifacts
    policy: PythonPackagingPolicy
    config: Mapping[str, Value]
    resources: tuple[ResourceTree, ...]
    origin: Origin | None
    names: tuple[Artifact, ...] = ()
    """Files that list the modules to keep; none keep all."""
    windows: WindowsSettings | None = None
    """For a program that Windows runs."""

    @property
    def run_level(self) -> int:
        """The optimisation level that it runs with."""
        level = self.config.get("optimization_level", 0)
        return level if isinstance(level, int) else 0


@frozen
class ProgramActions:
    """The actions that make a program and what belongs to it."""

    runtime: Action
    containers: tuple[Artifact, ...]
    pack: Action
    program: Program
    context: Context

    @property
    def payload(self) -> Output:
        """The container with everything."""
        return self.pack.output("payload")

    def embed(self, container: Output) -> Output:
        """The executable with a container in it."""
        windows = self.program.windows
        action = self._action(
            "embed",
            f"embed {self.program.name}",
            {
                "runtime": (self.runtime.output("runtime"),),
                "payload": (container,),
                "needs": (self.pack.output("needs"),),
                **({"icon": windows.icon} if windows and windows.icon else {}),
            },
            windows.looks if windows else self._identifier(),
        )
        return action.output("executable")

    def _identifier(self) -> dict[str, Value] | None:
        """What the signature of a program for macOS calls it."""
        darwin = system_of(self.program.distribution.triple) == "darwin"
        return {"identifier": self.program.name} if darwin else None

    def reference(self, file: str) -> Output:
        """A container that names a file beside the program in place of all resources."""
        action = self._action(
            "refer-to-resources",
            f"refer to {file}",
            {"payload": (self.payload,)},
            {"file": file},
        )
        return action.output("container")

    def licenses(self) -> Output:
        """The licences of everything, as one text."""
        distribution = self.program.distribution
        action = self._action(
            "write-licenses",
            f"write the licences of {self.program.name}",
            {
                "distribution": (distribution.description,),
                "licenses": (distribution.licenses,),
                "runtime": (self.runtime.output("runtime"),),
                "containers": self.containers,
            },
        )
        return action.output("text")

    def _action(
        self,
        mnemonic: str,
        label: str,
        inputs: Mapping[str, Sequence[Artifact]],
        params: Mapping[str, Value] | None = None,
    ) -> Action:
        return self.context.action(
            mnemonic, label, params=params, inputs=inputs, origin=self.program.origin
        )


def program_actions(program: Program, context: Context) -> ProgramActions:
    """Declares everything up to the container."""
    distribution = program.distribution
    runtime = _runtime(program, context)
    containers = _containers(program, context)
    pack = context.action(
        "pack",
        f"pack {program.name}",
        params={
            "config": program.config,
            # Whoever asked for an installed CPython knows.
            "portability": context.settings.release and not distribution.asked,
            **({"runtime_dlls": program.windows.runtime_dlls} if program.windows else {}),
        },
        inputs={
            "python": (distribution.python,),
            "distribution": (distribution.description,),
            "containers": (runtime.output("container"), *containers),
            "names": program.names,
        },
        origin=program.origin,
    )
    return ProgramActions(runtime, containers, pack, program, context)


def _runtime(program: Program, context: Context) -> Action:
    distribution = program.distribution
    return context.action(
        "link-runtime",
        "link the runtime",
        params={"release": context.settings.release},
        inputs={
            "distribution": (distribution.description,),
            "headers": (distribution.headers,),
            "link": (distribution.link,),
            "runtime": (SourceTree(str(runtime_folder()), exclude=("*.py", "appimage/*")),),
        },
        origin=program.origin,
    )


def _containers(program: Program, context: Context) -> tuple[Artifact, ...]:
    distribution, origin = program.distribution, program.origin
    support = SourceTree(str(runtime_folder() / "python"))
    own = (
        ResourceTree(support, "runtime", "the runtime's Python", origin),
        *standard_library(distribution, origin),
    )
    return tuple(_compile(each, program, context) for each in (*own, *program.resources))


def standard_library(
    distribution: DistributionArtifacts, origin: Origin | None
) -> tuple[ResourceTree, ResourceTree]:
    """A distribution's modules and its extension modules."""
    return (
        ResourceTree(distribution.stdlib, "stdlib", "the standard library", origin),
        ResourceTree(distribution.extensions, "extensions", "extension modules", origin),
    )


def _compile(part: ResourceTree, program: Program, context: Context) -> Output:
    distribution = program.distribution
    common = placed(part, distribution, context, program.policy, program.run_level)
    inputs, mnemonic, verb = common.inputs, "compile", "compile"
    if part.group == "extensions":
        inputs = {**inputs, "libraries": (distribution.libraries,)}
        mnemonic, verb = "collect-extensions", "collect"
    made = context.action(
        mnemonic,
        f"{verb} {part.title}",
        params=common.params,
        inputs=inputs,
        origin=part.origin,
        added=part.added,
    )
    return made.output("container")
