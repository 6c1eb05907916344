"""The graph as a picture: SVG without scripts, legible in light and dark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

from oxidize.cli.excerpt import printable
from oxidize.cli.graph.layers import Box, Layout, lay_out
from oxidize.cli.graph.model import Graph, Node
from oxidize.columns import width, width_of

_MARGIN = 24
_HEIGHT = 40.0
_PADDING = 12
# Of a monospaced font of 12 and of 10 pixels, per column of a terminal.
_LARGE, _SMALL = 7.3, 6.1
# Longer lines are cut; the node's title has all.
_WIDEST = 44


def as_svg(graph: Graph) -> str:
    """A document of its own."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + drawing(graph)


def drawing(graph: Graph) -> str:
    """The element `svg`. Groups and paths have the ids of nodes as data."""
    layout = lay_out(
        {id: (_width(node), _HEIGHT) for id, node in graph.nodes.items()},
        [(needed, user) for user, needs in graph.needs.items() for needed in needs],
    )
    return "\n".join(_lines(graph, layout)) + "\n"


def _lines(graph: Graph, layout: Layout) -> Iterator[str]:
    wide, high = layout.width + 2 * _MARGIN, layout.height + 2 * _MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high:.0f}" '
        f'viewBox="{-_MARGIN} {-_MARGIN} {wide:.0f} {high:.0f}">'
    )
    style = Path(__file__).with_name("picture.css").read_text(encoding="utf-8")
    yield f"<style>\n{style}</style>"
    yield (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path class="tip" d="M0 0 L8 4 L0 8 z"/></marker></defs>'
    )
    for user, needs in graph.needs.items():
        for needed, roles in needs.items():
            path = _path(layout.boxes[needed], layout.lines[needed, user])
            yield (
                f'<path class="edge" data-from="{_text(needed)}" data-to="{_text(user)}" '
                f'marker-end="url(#tip)" d="{path}">'
                f"<title>{_text(', '.join(roles))}</title></path>"
            )
    for id, node in graph.nodes.items():
        yield from _node(node, layout.boxes[id])
    yield "</svg>"


def _node(node: Node, box: Box) -> Iterator[str]:
    left, top, x = box.x, box.y - box.height / 2, box.x + _PADDING
    corner = {"target": 3, "action": 9, "source": 0}[node.kind]
    looks = f"{node.kind} cached" if node.cached else node.kind
    yield f'<g class="node {looks}" data-id="{_text(node.id)}">'
    yield f"<title>{_text(_title(node))}</title>"
    yield (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" rx="{corner}"/>'
    )
    yield f'<text x="{x:.1f}" y="{box.y - 3:.1f}">{_text(_cut(node.label))}</text>'
    second = _text(_cut(_second(node)))
    yield f'<text class="detail" x="{x:.1f}" y="{box.y + 12:.1f}">{second}</text>'
    yield "</g>"


def _path(start: Box, line: Sequence[tuple[float, float, float]]) -> str:
    """From a box to the left side of the last column: straight in columns, curved in between."""
    parts = [f"M{start.x + start.width:.1f} {start.y:.1f}"]
    for (_, x, y), (left, _, below) in pairwise(line):
        middle = f"{(x + left) / 2:.1f}"
        parts.append(f"H{x:.1f} C{middle} {y:.1f} {middle} {below:.1f} {left:.1f} {below:.1f}")
    return " ".join(parts)


def _width(node: Node) -> float:
    inner = max(width(_cut(node.label)) * _LARGE, width(_cut(_second(node))) * _SMALL)
    return inner + 2 * _PADDING


def _second(node: Node) -> str:
    return "  ".join(filter(None, (node.detail, node.places, node.state)))


def _title(node: Node) -> str:
    return "\n".join(filter(None, (node.label, node.detail, node.places, node.state)))


def _cut(text: str) -> str:
    if width(text) <= _WIDEST:
        return text
    kept, room = "", _WIDEST - 1
    for character in text:
        room -= width_of(character)
        if room < 0:
            break
        kept += character
    return kept + "…"


def _text(text: str) -> str:
    """For XML, which can't hold control characters."""
    return escape(printable(text, kept="\n"))
