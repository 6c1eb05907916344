"""What a delivery would write and remove, found out without writing anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from attrs import frozen

from oxidize.executor.delivery import delivery
from oxidize.executor.materializer import Materializer
from oxidize.executor.result import BuildResult
from oxidize.executor.store import Lost, Store
from oxidize.graph.action import Artifact
from oxidize.graph.target import TargetOutputs


@frozen
class Rewrites:
    """Paths in a target's folder. `may`: if actions that run make other bytes than those there; of
    a folder, which ends with `/`, that isn't known by file."""

    would: tuple[str, ...]
    may: tuple[str, ...]
    remove: tuple[str, ...]


def rewrites(
    outputs: TargetOutputs,
    result: BuildResult,
    store: Store,
    materializer: Materializer,
    folder: Path,
    *,
    is_tree: Callable[[Artifact], bool],
    prune: bool,
) -> Rewrites:
    """Looks at what is there; `result` has what is known already. Raises ActionError."""
    known = {place: each for place, each in outputs.files.items() if result.has(each)}
    try:
        items = delivery(TargetOutputs(known), result, store)
    except Lost:
        known, items = {}, []  # A build would make it again.
    would = [item.path for item in materializer.stale(items, folder)]
    may: list[str] = []
    for place, artifact in outputs.files.items():
        if place not in known:
            there = (folder / place).exists()
            shown = f"{place}/" if is_tree(artifact) else place
            (may if there or is_tree(artifact) else would).append(shown)
    remove = materializer.left_over(items, folder) if prune and not may else []
    return Rewrites(tuple(sorted(would)), tuple(sorted(may)), tuple(remove))
