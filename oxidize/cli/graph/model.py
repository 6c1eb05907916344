"""The graph as it is shown: nodes and edges (docs/graph-format.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal

from attrs import evolve, field, frozen

Kind = Literal["target", "action", "source"]


@frozen(order=True)
class Place:
    """Where a build file asks for something; `file` is relative to the project's folder."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@frozen
class Node:
    """A target, an action or a source. `detail` says in a word what it is: a type, a mnemonic.

    `cached` is whether a build would take an action from the cache, if that was looked up.
    """

    id: str
    kind: Kind
    label: str
    detail: str = ""
    outputs: tuple[str, ...] = ()
    origins: tuple[Place, ...] = ()
    details: Mapping[str, object] = field(factory=dict)
    cut: bool = False
    cached: bool | None = None

    @property
    def state(self) -> str:
        """The same, for people."""
        return "" if self.cached is None else "cached" if self.cached else "not cached"

    @property
    def places(self) -> str:
        """The origins, for people."""
        return ", ".join(map(str, self.origins))


@frozen
class Edge:
    """`user` needs `needed`; `output` is that of the needed action."""

    needed: str
    user: str
    role: str
    output: str | None = None


@frozen(slots=False)
class Graph:
    """Nodes by id, each after those that it needs; edges by their users, in the order of these."""

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]

    @cached_property
    def needs(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Of each node: the ids of those that it needs, and in which roles."""
        found: dict[str, dict[str, tuple[str, ...]]] = {id: {} for id in self.nodes}
        for edge in self.edges:
            roles = found[edge.user]
            roles[edge.needed] = tuple(dict.fromkeys((*roles.get(edge.needed, ()), edge.role)))
        return found

    @cached_property
    def users(self) -> Mapping[str, tuple[str, ...]]:
        """Of each node: the ids of those that need it."""
        found: dict[str, list[str]] = {id: [] for id in self.nodes}
        for user, needed in self.needs.items():
            for each in needed:
                found[each].append(user)
        return {id: tuple(users) for id, users in found.items()}

    def within(self, starts: Iterable[str], depth: int) -> Graph:
        """What is at most so many steps away from some nodes."""
        reached = front = dict.fromkeys(starts)
        for _ in range(depth):
            front = dict.fromkeys(each for id in front for each in self.needs[id])
            reached = reached | front
        nodes = {
            id: evolve(node, cut=not self.needs[id].keys() <= reached.keys())
            for id, node in self.nodes.items()
            if id in reached
        }
        edges = (each for each in self.edges if each.needed in nodes and each.user in nodes)
        return Graph(nodes, tuple(edges))
