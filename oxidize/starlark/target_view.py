"""The view of a target: what tests see of it, as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oxidize.graph.action import Action, Artifact, Output, Source, SourceTree, Value
from oxidize.graph.target import TargetOutputs
from oxidize.objects.base import BuildableObject, ScriptObject
from oxidize.paths import runtime_folder
from oxidize.starlark.targets import TargetInfo

if TYPE_CHECKING:
    from oxidize.packages.request import LockRequest, Wanted


def target_view(
    value: ScriptObject, info: TargetInfo, requests: Sequence[LockRequest], folder: Path
) -> Mapping[str, object]:
    """All of it; paths below the folder are relative to it."""
    assert isinstance(value, BuildableObject)
    outputs = value.outputs()
    actions, sources = _behind(outputs)
    return {
        "type": type(value).__name__,
        "depends": list(info.depends),
        "default": info.default,
        "files": sorted(outputs.files),
        "program": outputs.program,
        "actions": [
            {"mnemonic": each.mnemonic, "label": each.label, "params": _plain(each.params)}
            for each in actions
        ],
        "sources": sorted({path for each in sources for path in _paths(each, folder)}),
        "requirements": [_line(each, folder) for request in requests for each in request.wanted],
    }


def _behind(outputs: TargetOutputs) -> tuple[Sequence[Action], Sequence[Source]]:
    """The actions, each after those that it needs, and the sources; each once."""
    actions: dict[Action, None] = {}
    sources: dict[Source, None] = {}

    def visit(artifact: Artifact) -> None:
        if not isinstance(artifact, Output):
            sources[artifact] = None
        elif artifact.action not in actions:
            for role in sorted(artifact.action.inputs):
                for each in artifact.action.inputs[role]:
                    visit(each)
            actions[artifact.action] = None

    for path in sorted(outputs.files):
        visit(outputs.files[path])
    return list(actions), list(sources)


def _paths(source: Source, folder: Path) -> Iterator[str]:
    if Path(source.path).is_relative_to(runtime_folder()):
        return
    include = source.include if isinstance(source, SourceTree) else ()
    for path in [Path(source.path, each) for each in include] or [Path(source.path)]:
        yield _short(path, folder)


def _short(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()


def _line(wanted: Wanted, folder: Path) -> str:
    return wanted.line(_short(wanted.local.path, folder) if wanted.local else "")


def _plain(value: Value) -> object:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value
