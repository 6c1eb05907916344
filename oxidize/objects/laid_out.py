"""Resources as files of a folder: the actions that lay trees out, one over the other."""

from __future__ import annotations

from collections.abc import Sequence

from oxidize.graph.action import Artifact, Output
from oxidize.objects.collection import ResourceTree
from oxidize.objects.context import Context
from oxidize.objects.placed import placed


def laid_out(trees: Sequence[ResourceTree], context: Context) -> Output:
    """The tree with the files of all of these; of a path in several, the last one's."""
    base: Output | None = None
    for part in trees:
        base = _over(base, part, context)
    assert base is not None
    return base


def merged_trees(trees: Sequence[Artifact], context: Context) -> Artifact:
    """One tree with the files of all of these."""
    if len(trees) == 1:
        return trees[0]
    action = context.action(
        "merge-trees",
        "merge what lies in one folder",
        params={"count": len(trees)},
        inputs={f"tree/{number}": (tree,) for number, tree in enumerate(trees)},
    )
    return action.output("tree")


def _over(base: Output | None, part: ResourceTree, context: Context) -> Output:
    distribution = part.distribution
    assert distribution is not None
    common = placed(part, distribution, context)
    action = context.action(
        "lay-out",
        f"lay out {part.title}",
        params={**common.params, "on_base": base is not None},
        inputs={**common.inputs, "base": (base,) if base else ()},
        origin=part.origin,
        added=part.added,
    )
    return action.output("tree")
