"""The graph as JSON, as docs/graph-format.md has it."""

from __future__ import annotations

import json
from pathlib import Path

from attrs import asdict

from oxidize.cli.graph.model import Graph, Node

FORMAT = 1


def document(graph: Graph, build_file: Path) -> dict[str, object]:
    """All of it, made of what JSON can hold."""
    return {
        "format": FORMAT,
        "build_file": str(build_file),
        "nodes": [_node(each) for each in graph.nodes.values()],
        "edges": [
            {"from": each.needed, "to": each.user, "role": each.role, "output": each.output}
            for each in graph.edges
        ],
    }


def as_json(graph: Graph, build_file: Path) -> str:
    """The document's text."""
    return json.dumps(document(graph, build_file), indent=1, ensure_ascii=False) + "\n"


def _node(node: Node) -> dict[str, object]:
    return {
        "id": node.id,
        "kind": node.kind,
        "label": node.label,
        "mnemonic": node.detail if node.kind == "action" else None,
        "outputs": list(node.outputs),
        "origins": [asdict(place) for place in node.origins],
        "cut": node.cut,
        "cached": node.cached,
        "details": node.details,
    }
