"""What actions on a tree of resources have in common: what is selected, and where it goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, frozen

from oxidize.graph.action import Artifact, Value
from oxidize.objects.collection import ResourceTree
from oxidize.objects.context import Context
from oxidize.objects.distribution_artifacts import DistributionArtifacts
from oxidize.objects.packaging_policy import PythonPackagingPolicy
from oxidize.resources.placement import IN_MEMORY, Placement, beside


@frozen
class Placed:
    """Parameters and inputs by role."""

    params: Mapping[str, Value]
    inputs: Mapping[str, Sequence[Artifact]]


def placed(
    part: ResourceTree,
    distribution: DistributionArtifacts,
    context: Context,
    policy: PythonPackagingPolicy | None = None,
    run_level: int = 0,
) -> Placed:
    """Of a tree for a CPython; without a policy, everything is taken as it is.

    Declares the action that decides on resources where functions of the script do.
    """
    usual = policy.placement(part.group, run_level) if policy else Placement()
    steps = (*(policy.steps if policy else ()), *part.steps)
    if part.group == "runtime":
        # Nothing can be imported before it is there.
        usual, steps = evolve(usual, location=IN_MEMORY), ()
    if not _decides(steps):
        usual, steps = _relocated(usual, steps), ()
    params: dict[str, Value] = {
        "group": part.group,
        "select": part.select(),
        "placement": usual.as_value(),
        **_group_params(part, policy),
    }
    inputs: dict[str, Sequence[Artifact]] = {**distribution.runs, "sources": (part.tree,)}
    if part.group in ("third-party", "extensions") or distribution.cross:
        # Markers and the names of extension modules are those of the CPython to embed.
        inputs["distribution"] = (distribution.description,)
    if steps:
        decide = context.action(
            "decide",
            f"decide on {part.title}",
            params={**params, "steps": steps, "script": _script(steps, context)},
            inputs=inputs,
            origin=part.origin,
        )
        inputs["decisions"] = (decide.output("decisions"),)
    return Placed(params, inputs)


def _group_params(part: ResourceTree, policy: PythonPackagingPolicy | None) -> dict[str, Value]:
    """What only some groups have a use for."""
    memory = policy is None or bool(policy.values["allow_in_memory_shared_library_loading"])
    if part.group == "third-party":
        return {
            "distributions": part.distributions,
            "made_for": part.made_for,
            "memory": memory,
        }
    if part.group == "stdlib":
        return {
            "include_test": policy is None or policy.includes("test"),
            "include_data": policy is None or policy.includes("distribution_resources"),
        }
    if part.group == "extensions":
        return {
            "extension_filter": str(policy.values["extension_module_filter"]) if policy else "all",
            "memory": memory,
        }
    return {"memory": memory}


def may_lie_beside(policy: PythonPackagingPolicy, parts: Iterable[ResourceTree]) -> bool:
    """Whether anything of a program could end up in a folder beside it."""
    if policy.steps or any(map(beside, policy.locations)):
        return True
    return any(
        _decides(part.steps) or bool(_relocated(Placement(), part.steps).beside) for part in parts
    )


def _decides(steps: Iterable[Value]) -> bool:
    """Whether a function of the script is among the steps."""
    return any(isinstance(step, Mapping) and step["step"] != "relocate" for step in steps)


def _script(steps: Iterable[Value], context: Context) -> str:
    """What the functions among the steps depend on."""
    asked = (step for step in steps if isinstance(step, Mapping) and "target" in step)
    return context.script({str(step["target"]) for step in asked})


def _relocated(usual: Placement, steps: Sequence[Value]) -> Placement:
    """The last relocation counts."""
    for step in steps:
        assert isinstance(step, Mapping)
        usual = evolve(usual, location=str(step["location"]))
    return usual
