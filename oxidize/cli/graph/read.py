"""Reading the graph of analysed targets."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from attrs import define, evolve, field

from oxidize.cli.graph.model import Edge, Graph, Node, Place
from oxidize.cli.places import below, source_name
from oxidize.errors import Origin
from oxidize.executor.plan import Plan
from oxidize.graph.action import Action, Artifact, Output, Source, SourceTree
from oxidize.graph.key import canonical
from oxidize.graph.target import TargetOutputs
from oxidize.redaction import all_without_credentials, without_credentials
from oxidize.starlark.session import Session
from oxidize.starlark.targets import TargetInfo, default_target

# How many parts of a folder the label of a source names.
_MOST_NAMES = 3


def target_id(name: str) -> str:
    """The id of a target's node."""
    return f"target:{name}"


def read_graph(
    session: Session,
    wanted: Sequence[str],
    *,
    actions: bool,
    cached: Callable[[Sequence[Artifact]], Container[Action]] | None = None,
) -> Graph:
    """Of the wanted targets, and of those that they depend on. `cached` says which actions that
    artifacts need are. Raises BuildFileError."""
    reader = _Reader(session)
    analyzed = session.analyze(wanted)
    if actions:
        artifacts = [each for name in wanted for each in analyzed[name].files.values()]
        reader.cached = cached(artifacts) if cached else None
        for artifact in artifacts:
            reader.reach(artifact)
    for name in _ordered(analyzed, session.targets):
        reader.add_target(name, analyzed[name], also_unreached=actions and name in wanted)
    return reader.graph()


def _ordered(names: Iterable[str], targets: Mapping[str, TargetInfo]) -> Sequence[str]:
    """Each after those that it depends on."""
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        if name not in found:
            for each in targets[name].depends:
                visit(each)
            found[name] = None

    for name in names:
        visit(name)
    return list(found)


@define
class _Reader:
    """What of the graph was met so far."""

    session: Session
    cached: Container[Action] | None = None
    nodes: dict[str, Node] = field(factory=dict)
    edges: list[Edge] = field(factory=list)
    _actions: dict[Action, str] = field(factory=dict)
    _sources: dict[Source, str] = field(factory=dict)
    _same: dict[str, str] = field(factory=dict)
    """What an action is, without where it was declared -> the id of its node."""

    def graph(self) -> Graph:
        """All of it."""
        order = {id: number for number, id in enumerate(self.nodes)}
        edges = sorted(dict.fromkeys(self.edges), key=lambda edge: order[edge.user])
        return Graph(self.nodes, tuple(edges))

    def reach(self, artifact: Artifact) -> None:
        """Adds what stands behind an artifact."""
        if not isinstance(artifact, Output):
            self._add_source(artifact)
            return
        for action in Plan.of([artifact]).actions:
            if action not in self._actions:
                self._add_action(action)

    def add_target(self, name: str, outputs: TargetOutputs, *, also_unreached: bool) -> None:
        """Adds a target, and its edges to what was reached."""
        info, id = self.session.targets[name], target_id(name)
        self.nodes[id] = Node(
            id,
            "target",
            name,
            self.session.types[name],
            tuple(sorted(outputs.files)),
            self._places(info.origin),
            {
                "type": self.session.types[name],
                "default": name == default_target(self.session.targets.values()),
                "program": outputs.program,
            },
        )
        self.edges += [Edge(target_id(each), id, "depends") for each in info.depends]
        for path, artifact in sorted(outputs.files.items()):
            if also_unreached or self._is_reached(artifact):
                self._add_edge(artifact, id, path)

    def _is_reached(self, artifact: Artifact) -> bool:
        if isinstance(artifact, Output):
            return artifact.action in self._actions
        return artifact in self._sources

    def _add_action(self, action: Action) -> None:
        """Its inputs are known already, but for sources."""
        inputs = {role: each for role, each in action.inputs.items() if each}
        for each in (each for role in inputs.values() for each in role):
            if not isinstance(each, Output):
                self._add_source(each)
        identity = canonical(
            {
                "label": action.label,
                "mnemonic": action.mnemonic,
                "platform": action.platform,
                "params": action.params,
                "inputs": {role: tuple(map(self._name, each)) for role, each in inputs.items()},
            }
        )
        id = self._same.setdefault(identity, f"action:{len(self._same) + 1}")
        self._actions[action] = id
        if known := self.nodes.get(id):
            origins = {*known.origins, *self._places(action.origin)}
            self.nodes[id] = evolve(known, origins=tuple(sorted(origins)))
            return
        self.nodes[id] = self._node(id, action)
        for role, artifacts in inputs.items():
            for artifact in artifacts:
                self._add_edge(artifact, id, role)

    def _node(self, id: str, action: Action) -> Node:
        from oxidize.actions.registry import KINDS

        return Node(
            id,
            "action",
            without_credentials(action.label or action.mnemonic),
            action.mnemonic,
            tuple(KINDS[action.mnemonic].outputs),
            self._places(action.origin),
            {"platform": action.platform, "params": all_without_credentials(action.params)},
            cached=None if self.cached is None else action in self.cached,
        )

    def _name(self, artifact: Artifact) -> str:
        """The id of what makes an artifact, and which output it is."""
        if isinstance(artifact, Output):
            return f"{self._actions[artifact.action]} {artifact.name}"
        return self._sources[artifact]

    def _add_edge(self, artifact: Artifact, user: str, role: str) -> None:
        if isinstance(artifact, Output):
            self.edges.append(Edge(self._actions[artifact.action], user, role, artifact.name))
        else:
            self.edges.append(Edge(self._sources[artifact], user, role))

    def _add_source(self, source: Source) -> None:
        if source in self._sources:
            return
        id = self._sources[source] = f"source:{len(self._sources) + 1}"
        include = source.include if isinstance(source, SourceTree) else ()
        exclude = source.exclude if isinstance(source, SourceTree) else ()
        path = self._relative(source.path)
        details = {"path": path, "include": list(include), "exclude": list(exclude)}
        detail = "folder" if isinstance(source, SourceTree) else "file"
        self.nodes[id] = Node(id, "source", self._source_label(source), detail, details=details)

    def _source_label(self, source: Source) -> str:
        shown = source_name(source.path, self.session.settings.folder)
        if not isinstance(source, SourceTree) or not source.include:
            return shown
        names = ", ".join(source.include[:_MOST_NAMES])
        more = len(source.include) - _MOST_NAMES
        names += f" and {more} more" if more > 0 else ""
        return names if shown == "." else f"{shown}: {names}"

    def _relative(self, path: str) -> str:
        return below(path, self.session.settings.folder)

    def _places(self, origin: Origin | None) -> tuple[Place, ...]:
        if origin is None:
            return ()
        span = origin.span
        return (Place(self._relative(span.file), span.line, span.column),)
