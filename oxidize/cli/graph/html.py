"""The graph as a page to look around in: one file that needs nothing else."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from oxidize.cli.excerpt import printable
from oxidize.cli.graph.document import document
from oxidize.cli.graph.model import Graph
from oxidize.cli.graph.svg import drawing

_HERE = Path(__file__).parent


def as_html(graph: Graph, build_file: Path) -> str:
    """The page. It holds the document of docs/graph-format.md too."""
    # In a script element, only this could end it.
    data = json.dumps(document(graph, build_file)).replace("<", "\\u003c")
    parts = {
        "TITLE": escape(printable(f"{build_file.parent.name}: targets and actions")),
        "STYLE": _part("page.css"),
        "DRAWING": drawing(graph),
        "DATA": data,
        "SCRIPT": _part("page.js"),
    }
    before, *pieces = _part("page.html").split("%%")
    # Every other piece is a name.
    return before + "".join(
        parts[name] + text for name, text in zip(pieces[::2], pieces[1::2], strict=True)
    )


def _part(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
