"""Tracing: from what a target writes, down its actions, to where something in it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from posixpath import normpath

from attrs import define, evolve, field

from oxidize.actions.mapped import mapped
from oxidize.cli.inspect import location_of
from oxidize.cli.places import source_name
from oxidize.cli.why.answer import Link, Step, Way
from oxidize.cli.why.part import Part
from oxidize.cli.why.rows import all_rows, below, is_stdlib, key, same, sourced, spelled
from oxidize.distributions.description import Description
from oxidize.executor.blame import name_of
from oxidize.executor.recall import Recall
from oxidize.executor.sources import SeenTree
from oxidize.graph.action import Action, Artifact, Output, Source, SourceTree
from oxidize.graph.target import TargetOutputs
from oxidize.resources.model import File, Module, Resources
from oxidize.resources.reader import Container
from oxidize.starlark.session import Session

# Actions that make a part of a program of the tree in the role `sources`.
_PARTS = ("collect-extensions", "compile", "lay-out")
# Where the inputs of an action are that its file is a changed form of.
_THROUGH = {
    "appimage": "image",
    "apple-sign": "bundle",
    "apple-sign-file": "file",
    "authenticode-sign": "file",
    "disk-image": "bundle",
    "embed": "payload",
    "refer-to-resources": "payload",
}
# What an action writes into an installer beside files that others make.
_WRITTEN = ("licences", "changelog")


@define
class Tracer:
    """Looks for one thing in one target; `names` are those of all that is there instead.

    `wanted` is a name or path, with `/`.
    """

    session: Session
    recall: Recall
    wanted: str
    names: dict[str, None] = field(factory=dict)
    left_out: dict[Step, None] = field(factory=dict)
    _packs: set[Action] = field(factory=set)

    def ways(self, target: str, outputs: TargetOutputs) -> list[Way]:
        """All of them. Raises Lost."""
        start = Link("target", target, origin=self.session.targets[target].origin)
        return [
            way
            for place, artifact in self._files_first(outputs.files.items())
            for way in self._look(artifact, place, (start,))
        ]

    def _files_first(
        self, placed: Iterable[tuple[str, Artifact]]
    ) -> Iterable[tuple[str, Artifact]]:
        """A program is met before what lies beside it."""
        return sorted(placed, key=lambda each: self.recall.result.built(each[1]).form)

    def _look(self, artifact: Artifact, place: str, above: tuple[Link, ...]) -> Iterator[Way]:
        """What lies at a place of what the target writes: "" for what only other actions see."""
        if not isinstance(artifact, Output):
            yield from self._look_at_source(artifact, place, above)
            return
        action = artifact.action
        chain = (*above, _link(action, place))
        if place and self.recall.result.built(artifact).form == "file" and self._matches(place):
            yield _way("file", place, (*chain, *self._behind(action, "")))
        if action.mnemonic in _THROUGH:
            (inside,) = action.inputs[_THROUGH[action.mnemonic]]
            folder = place if self.recall.result.built(artifact).form == "tree" else ""
            yield from self._look(inside, folder, chain)
        elif action.mnemonic == "pack":
            yield from self._program(action, chain)
        elif action.mnemonic == "archive":
            yield from self._archive(action, chain)
        elif "folders" in action.params:
            folder = place if self.recall.result.built(artifact).form == "tree" else ""
            yield from self._installer(action, folder, chain)
        elif action.mnemonic == "merge-trees":
            for tree in (each for role in action.inputs.values() for each in role):
                yield from self._look(tree, place, chain)
        elif action.mnemonic == "lay-out":
            yield from self._laid_out(action, place, chain)

    def _look_at_source(self, source: Source, place: str, above: tuple[Link, ...]) -> Iterator[Way]:
        if not isinstance(source, SourceTree):
            if self._matches(place):
                yield _way("file", place, (*above, self._source(source)))
            return
        seen = self.recall.result.sources[source]
        assert isinstance(seen, SeenTree)
        for inner in seen.paths():
            if self._matches(below(place, inner)):
                yield _way("file", below(place, inner), (*above, self._source(source, inner)))

    def _matches(self, *places: str) -> bool:
        self.names |= dict.fromkeys(places)
        return self.wanted in places

    # Archives, other installers, and files beside programs

    def _archive(self, action: Action, above: tuple[Link, ...]) -> Iterator[Way]:
        for place, artifact in self._held(action):
            # The archive has all in one folder, which nobody needs to name.
            inner = place.partition("/")[2] or "."
            outer = evolve(self, wanted=self.wanted.removeprefix(place.partition("/")[0] + "/"))
            yield from outer._look(artifact, inner, above)

    def _installer(self, action: Action, folder: str, above: tuple[Link, ...]) -> Iterator[Way]:
        """What is installed: by its path on the system, or in the folder that is a bundle."""
        params, wanted = action.params, self.wanted.lstrip("/")
        links, texts = params.get("links") or {}, params.get("texts") or {}
        assert isinstance(links, Mapping)
        assert isinstance(texts, Mapping)
        for path, leads_to in links.items():
            self.names[path.lstrip("/")] = None
            if wanted == below(folder, path.lstrip("/")):
                wanted = normpath(f"{wanted}/../{leads_to}")
        inner = evolve(self, wanted=wanted)
        for place, artifact in self._held(action):
            yield from inner._look(artifact, below(folder, place), above)
        for each in (*texts, *(params.get(name) for name in _WRITTEN)):
            if each and inner._matches(path := below(folder, str(each).lstrip("/"))):
                yield _way("file", path, above)

    def _held(self, action: Action) -> Iterable[tuple[str, Artifact]]:
        """The trees and files that an installer is made of, by their paths."""
        names, folders = action.params["names"], action.params["folders"]
        assert isinstance(names, Sequence)
        assert isinstance(folders, Sequence)
        trees = [
            (str(folder).strip("/") or ".", tree)
            for number, folder in enumerate(folders)
            for tree in action.inputs[f"folder/{number}"]
        ]
        places = (str(name).lstrip("/") for name in names)
        files = zip(places, action.inputs["files"], strict=True)
        return self._files_first((*trees, *files))

    def _laid_out(self, action: Action, place: str, chain: tuple[Link, ...]) -> Iterator[Way]:
        part = self._part(action)
        prefix = "" if place == "." else f"{place}/"
        if self.wanted.startswith(prefix):
            inner = self.wanted.removeprefix(prefix)
            if path := part.path_of(inner):
                yield self._resource(part, "file", f"{prefix}{path}", path, chain)
            else:
                self.left_out |= dict.fromkeys(part.left_out(inner))
        self.names |= {f"{prefix}{path}": None for path in part.paths()}
        for base in action.inputs.get("base", ()):
            yield from self._look(base, place, chain[:-1])

    # Programs

    def _program(self, pack: Action, chain: tuple[Link, ...]) -> Iterator[Way]:
        if pack in self._packs:
            return
        self._packs.add(pack)
        parts = [each.action for each in pack.inputs["containers"] if isinstance(each, Output)]
        resources = self._resources(pack.output("payload"))
        place = next((link.path for link in reversed(chain) if link.path), "")
        for row in all_rows(resources):
            self.names |= dict.fromkeys((row.path, key(row)[1], below(row.beside, row.path)))
        found = spelled(resources, place).get(sourced(self.wanted))
        found = found or self._metadata(parts, resources)
        if found is not None:
            yield from self._provided(found, parts, chain)
        elif self._is_builtin(pack):
            yield evolve(_way("module", self.wanted, chain), location="built-in")
        else:
            self._look_for_reasons(pack, parts, resources)

    def _provided(
        self, row: Module | File, parts: Sequence[Action], chain: tuple[Link, ...]
    ) -> Iterator[Way]:
        (kind, name), location = key(row), location_of(row)
        for action, found in self._providers(parts, row):
            link = _link(action, found.path)
            if action.mnemonic in _PARTS:
                made = self._resource(self._part(action), kind, name, found.path, (*chain, link))
                yield evolve(made, location=location)
            else:
                yield evolve(_way(kind, name, (*chain, link)), location=location)

    def _metadata(self, parts: Sequence[Action], resources: Resources) -> File | None:
        """Of the distribution that is wanted by its name."""
        for action in parts:
            if action.mnemonic == "compile":
                path = self._part(action).metadata(self.wanted)
                if path and (file := resources.files.get(path)):
                    return file
        return None

    def _providers(
        self, parts: Sequence[Action], row: Module | File
    ) -> Iterator[tuple[Action, Module | File]]:
        """Those that give what the program has: not what it hides."""
        own = not is_stdlib(row)
        for action in parts:
            found = same(self._resources(action.output("container")), row)
            if found is not None and not (own and is_stdlib(found)):
                yield action, found

    def _look_for_reasons(
        self, pack: Action, parts: Sequence[Action], resources: Resources
    ) -> None:
        for action in parts:
            if action.mnemonic not in _PARTS:
                continue
            if row := self._container(action).get(sourced(self.wanted)):
                self.left_out[Step(_dropped(row, pack, resources), pack.origin)] = None
            self.left_out |= dict.fromkeys(self._part(action).left_out(sourced(self.wanted)))

    def _is_builtin(self, pack: Action) -> bool:
        (distribution,) = pack.inputs["distribution"]
        return self.wanted in Description.load(self.recall.file(distribution)).builtin

    def _container(self, action: Action) -> dict[str, Module | File]:
        return spelled(self._resources(action.output("container")))

    def _resources(self, container: Output) -> Resources:
        return Container(mapped(self.recall.file(container)), verify=False).resources()

    def _part(self, action: Action) -> Part:
        reading = self.recall.reading(action)
        return Part(action, reading, self.session.decided_at, self.session.requests)

    def _resource(
        self, part: Part, kind: str, name: str, path: str, chain: tuple[Link, ...]
    ) -> Way:
        """A module or file that an action takes from its tree."""
        action = part.action
        role = "libraries" if kind == "file" and "libraries" in action.inputs else "sources"
        (tree,) = action.inputs[role]
        links = self._behind_artifact(tree, path)
        return Way(
            "module" if kind == "module" else "file",
            name,
            (*chain, *links),
            action.origin,
            action.added,
            distribution=part.distribution(path),
            steps=part.steps(),
        )

    # Sources

    def _behind_artifact(self, artifact: Artifact, path: str) -> tuple[Link, ...]:
        if not isinstance(artifact, Output):
            return (self._source(artifact, path),)
        return (_link(artifact.action, path), *self._behind(artifact.action, path))

    def _behind(self, action: Action, path: str) -> tuple[Link, ...]:
        """The file that an action only copies."""
        if action.mnemonic == "gather-files":
            names = action.params["names"]
            assert isinstance(names, Sequence)
            return self._behind_artifact(action.inputs["files"][list(names).index(path)], "")
        copied = action.inputs.get("file", ())
        return self._behind_artifact(copied[0], "") if copied else ()

    def _source(self, source: Source, inner: str = "") -> Link:
        path = Path(source.path, inner)
        return Link("source", source_name(path, self.session.settings.folder), path=str(path))


def _dropped(row: Module | File, pack: Action, resources: Resources) -> str:
    """Why a program hasn't what one of its parts has."""
    top = key(row)[1].partition(".")[0]
    other = resources.modules.get(top)
    if is_stdlib(row) and other and not is_stdlib(other):
        return f"the program's own {top} hides that of the standard library"
    lists = (each for each in pack.inputs["names"] if not isinstance(each, Output))
    names = ", ".join(Path(each.path).name for each in lists)
    return f"filter_resources_from_files(): not in {names}"


def _link(action: Action, path: str = "") -> Link:
    return Link(
        "action", name_of(action), action.mnemonic, "" if path == "." else path, action.origin
    )


def _way(kind: str, name: str, chain: tuple[Link, ...]) -> Way:
    call = next((link.origin for link in reversed(chain) if link.origin), None)
    return Way("module" if kind == "module" else "file", name, chain, call)
