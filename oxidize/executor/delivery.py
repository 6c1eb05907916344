"""The delivery: a target's outputs as single files, each with its content and its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from attrs import frozen

from oxidize.errors import Diagnostic, InternalError
from oxidize.executor.cache import Built
from oxidize.executor.result import BuildResult
from oxidize.executor.sources import Seen, SeenFile
from oxidize.executor.store import Store
from oxidize.graph.action import Output
from oxidize.graph.digest import Digest
from oxidize.graph.places import check_places
from oxidize.graph.target import TargetOutputs


@frozen
class Item:
    """One file to deliver; `origin` is where its content is when that isn't the store."""

    path: str
    digest: Digest
    executable: bool
    origin: str | None = None


def delivery(outputs: TargetOutputs, result: BuildResult, store: Store) -> list[Item]:
    """All files of a target, by path. Raises Lost, KeyError for what failed, and ActionError."""
    items: dict[str, Item] = {}
    for place, artifact in outputs.files.items():
        if isinstance(artifact, Output):
            found = _built(place, result.built(artifact), store)
        else:
            found = _source(place, result.sources[artifact])
        items.update((item.path, item) for item in found)
    for path in items:
        _refuse_outside(path)
    check_places(items)
    return [items[path] for path in sorted(items)]


def _built(place: str, built: Built, store: Store) -> Iterator[Item]:
    if built.form == "file":
        yield Item(place, built.digest, built.executable)
        return
    for entry in store.tree(built.digest).entries:
        yield Item(_below(place, entry.path), entry.digest, entry.executable)


def _source(place: str, seen: Seen) -> Iterator[Item]:
    if isinstance(seen, SeenFile):
        yield Item(place, seen.digest, seen.executable, seen.name)
        return
    paths = seen.paths()
    for entry in seen.tree().entries:
        yield Item(
            _below(place, entry.path), entry.digest, entry.executable, str(paths[entry.path])
        )


def _below(place: str, path: str) -> str:
    return str(PurePosixPath(place) / path)


def _refuse_outside(path: str) -> None:
    if path in ("", ".") or path.startswith("/") or ".." in path.split("/"):
        raise InternalError(Diagnostic("OX0001", f"an output outside of its folder: {path!r}"))
