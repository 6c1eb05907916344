"""How a program comes to be, as actions: compile, pack, link, embed."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from oxidize.errors import Origin
from oxidize.graph.action import Action, Artifact, Output, SourceTree, Value
from oxidize.objects.collection import ResourceTree
from oxidize.objects.context import Context
from oxidize.objects.distribution_artifacts import DistributionArtifacts
from oxidize.objects.packaging_policy import PythonPackagingPolicy
from oxidize.paths import runtime_folder


@frozen
class Program:
    """All that decides a program's bytes."""

    name: str
    distribution: DistributionArtifacts
    policy: PythonPackagingPolicy
    config: Mapping[str, Value]
    resources: tuple[ResourceTree, ...]
    origin: Origin | None


def program_action(program: Program, context: Context) -> Action:
    """Declares everything up to the action whose `executable` is the program."""
    distribution = program.distribution
    runtime = _runtime(program, context)
    pack = context.action(
        "pack",
        f"pack {program.name}",
        params={"config": program.config, "extract": program.policy.extracts()},
        inputs={
            "distribution": (distribution.description,),
            "containers": (runtime.output("container"), *_containers(program, context)),
        },
        origin=program.origin,
    )
    return context.action(
        "embed",
        f"embed {program.name}",
        inputs={
            "runtime": (runtime.output("runtime"),),
            "payload": (pack.output("payload"),),
        },
        origin=program.origin,
    )


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
            "runtime": (SourceTree(str(runtime_folder()), exclude=("*.py",)),),
        },
        origin=program.origin,
    )


def _containers(program: Program, context: Context) -> tuple[Artifact, ...]:
    distribution = program.distribution
    support = SourceTree(str(runtime_folder() / "python"))
    extensions = context.action(
        "collect-extensions",
        "collect extension modules",
        inputs={
            "distribution": (distribution.description,),
            "extensions": (distribution.extensions,),
            "libraries": (distribution.libraries,),
        },
        origin=program.origin,
    )
    own = (
        ResourceTree(support, "runtime", "the runtime's Python", program.origin),
        ResourceTree(distribution.stdlib, "stdlib", "the standard library", program.origin),
    )
    return (
        *(_compile(each, program, context) for each in own),
        extensions.output("container"),
        *(_compile(each, program, context) for each in program.resources),
    )


def _compile(part: ResourceTree, program: Program, context: Context) -> Output:
    policy = program.policy
    level = program.config.get("optimization_level", 0)
    stdlib = part.group == "stdlib"
    sources = "distribution_sources" if stdlib else "non_distribution_sources"
    params: dict[str, Value] = {
        "group": part.group,
        "select": part.select(),
        "levels": policy.levels(level if isinstance(level, int) else 0),
        "include_source": policy.includes(sources),
        "include_test": policy.includes("test") if stdlib else True,
    }
    inputs = {"python": (program.distribution.python,), "sources": (part.tree,)}
    if part.group == "third-party":
        # Markers and the names of extension modules are those of the CPython to embed.
        params["distributions"] = part.distributions
        params["made_for"] = part.made_for
        inputs["distribution"] = (program.distribution.description,)
    compiled = context.action(
        "compile", f"compile {part.title}", params=params, inputs=inputs, origin=part.origin
    )
    return compiled.output("container")
