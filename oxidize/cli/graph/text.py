"""The graph as a tree of lines: what several need is numbered, shown once, and referred to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import define, field

from oxidize.cli.excerpt import printable
from oxidize.cli.graph.model import Graph

_FORK, _LAST, _BAR, _BLANK = "├── ", "└── ", "│   ", "    "


def as_text(graph: Graph, starts: Iterable[str]) -> str:
    """The trees below some nodes, but for those that are part of another one's."""
    tree = _Tree(graph)
    roots = [id for id in starts if not graph.users[id]]
    return "\n\n".join("\n".join(tree.lines(id)) for id in roots) + "\n"


@define
class _Tree:
    """`numbers` are given to shared nodes as these are met."""

    graph: Graph
    numbers: dict[str, int] = field(factory=dict)

    def lines(self, root: str) -> Iterator[str]:
        """A node, and below it all that it needs. Without recursion: graphs may be deep."""
        waiting = [(root, "", "")]
        while waiting:
            id, head, rest = waiting.pop()
            if id in self.numbers:
                yield f"{head}{self._number(id)}{self._label(id)}, above"
                continue
            if self._is_shared(id):
                self.numbers[id] = len(self.numbers) + 1
            yield f"{head}{self._told(id)}"
            waiting += reversed(list(self._below(id, rest)))

    def _below(self, id: str, rest: str) -> Iterator[tuple[str, str, str]]:
        """(id, what its line begins with, what the lines below that begin with)"""
        needs = self.graph.needs[id]
        for number, (each, roles) in enumerate(needs.items(), 1):
            fork, bar = (_FORK, _BAR) if number < len(needs) else (_LAST, _BLANK)
            yield each, f"{rest}{fork}{printable(', '.join(roles))}: ", rest + bar

    def _is_shared(self, id: str) -> bool:
        """Whether it comes again. A source is as short as a reference to it would be."""
        return len(self.graph.users[id]) > 1 and self.graph.nodes[id].kind != "source"

    def _told(self, id: str) -> str:
        node = self.graph.nodes[id]
        parts = (
            f"{self._number(id)}{self._label(id)}",
            f"[{node.detail}]" if node.kind != "source" else "",
            node.places,
            node.state,
            "..." if node.cut else "",
        )
        return "  ".join(filter(None, parts))

    def _number(self, id: str) -> str:
        return f"#{self.numbers[id]} " if id in self.numbers else ""

    def _label(self, id: str) -> str:
        return printable(self.graph.nodes[id].label)
