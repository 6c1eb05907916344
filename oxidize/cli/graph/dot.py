"""The graph in the language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from oxidize.cli.graph.model import Graph, Kind, Node

_STYLES: dict[Kind, str] = {
    "target": 'shape=box, style="filled,bold", fillcolor="#cfe3ff"',
    "action": 'shape=box, style="rounded"',
    "source": 'shape=note, color="#777777"',
}

_CACHED = 'shape=box, style="rounded,filled", fillcolor="#dff3e0"'


def as_dot(graph: Graph) -> str:
    """A digraph; edges follow the data."""
    return "\n".join(("digraph oxidize {", *_body(graph), "}")) + "\n"


def _body(graph: Graph) -> Iterator[str]:
    yield "    rankdir=LR;"
    yield '    node [fontname="sans-serif", fontsize=11];'
    yield '    edge [fontname="sans-serif", fontsize=9, color="#777777"];'
    for node in graph.nodes.values():
        style = _CACHED if node.cached else _STYLES[node.kind]
        yield f"    {_quoted(node.id)} [label={_quoted(_label(node))}, {style}];"
    for user, needs in graph.needs.items():
        for needed, roles in needs.items():
            label = _quoted("\n".join(roles))
            yield f"    {_quoted(needed)} -> {_quoted(user)} [label={label}];"


def _label(node: Node) -> str:
    lines = (node.label, node.detail if node.kind != "source" else "", node.places, node.state)
    return "\n".join(filter(None, lines))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
