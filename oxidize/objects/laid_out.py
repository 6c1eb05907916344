"""Resources as files of a folder: the actions that lay trees out, one over the other."""

from __future__ import annotations

from collections.abc import Sequence

from oxidize.graph.action import Artifact, Output, Value
from oxidize.objects.collection import ResourceTree
from oxidize.objects.context import Context


def laid_out(trees: Sequence[ResourceTree], context: Context) -> Output:
    """The tree with the files of all of these; of a path in several, the last one's."""
    base: Output | None = None
    for part in trees:
        base = _over(base, part, context)
    assert base is not None
    return base


def _over(base: Output | None, part: ResourceTree, context: Context) -> Output:
    distribution = part.distribution
    assert distribution is not None
    params: dict[str, Value] = {
        "group": part.group,
        "select": part.select(),
        "include_test": True,
        "distributions": part.distributions,
        "made_for": part.made_for,
        "on_base": base is not None,
    }
    inputs: dict[str, Sequence[Artifact]] = {
        "python": (distribution.python,),
        "distribution": (distribution.description,),
        "sources": (part.tree,),
        "base": (base,) if base else (),
    }
    action = context.action(
        "lay-out", f"lay out {part.title}", params=params, inputs=inputs, origin=part.origin
    )
    return action.output("tree")
