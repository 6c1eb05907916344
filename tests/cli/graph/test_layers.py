"""The layered layout."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from oxidize.cli.graph.layers import Layout, lay_out

Edges = list[tuple[str, str]]


def drawn(count: int, edges: Edges) -> Layout:
    """Boxes of differing widths."""
    sizes = {f"n{number}": (40.0 + 30 * (number % 3), 20.0) for number in range(count)}
    return lay_out(sizes, edges)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, Edges]:
    count = draw(st.integers(1, 14))
    pairs = [(f"n{a}", f"n{b}") for a, b in combinations(range(count), 2)]
    return count, draw(st.lists(st.sampled_from(pairs), unique=True) if pairs else st.just([]))


@given(graphs())
def test_everything_has_its_place(graph: tuple[int, Edges]) -> None:
    """Boxes don't touch, lines go from left to right and through no box, nothing is outside."""
    count, edges = graph
    found = drawn(count, edges)
    boxes = found.boxes
    for one, other in combinations(boxes.values(), 2):
        apart = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert apart or abs(one.y - other.y) > 20
    for needed, user in edges:
        line = found.lines[needed, user]
        assert (line[0][0], line[0][2]) == (boxes[needed].x, boxes[needed].y)
        assert (line[-1][0], line[-1][2]) == (boxes[user].x, boxes[user].y)
        assert all(left[1] < right[0] for left, right in pairwise(line))
        for left, _, y in line[1:-1]:
            assert all(box.x != left or abs(box.y - y) > 10 for box in boxes.values())
    for box in boxes.values():
        assert 0 <= box.x <= box.x + box.width <= found.width
        assert -0.01 <= box.y - 10 <= box.y + 10 <= found.height + 0.01


def test_few_crossings() -> None:
    """Two chains that are declared crosswise are drawn side by side."""
    edges = [("n0", "n3"), ("n1", "n2"), ("n3", "n4"), ("n2", "n5")]
    boxes = drawn(6, edges).boxes
    order = [boxes[a].y < boxes[b].y for a, b in (("n0", "n1"), ("n3", "n2"), ("n4", "n5"))]
    assert len(set(order)) == 1
    assert boxes["n0"].y == boxes["n3"].y == boxes["n4"].y


def test_large() -> None:
    """A graph of thousands of nodes, as deep as it is long, is laid out at all."""
    chain = [(f"n{number}", f"n{number + 1}") for number in range(1500)]
    fan = [(f"n{number}", "n2999") for number in range(1501, 2999)]
    assert len(drawn(3000, chain + fan).boxes) == 3000
