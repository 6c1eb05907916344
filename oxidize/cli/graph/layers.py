"""A layered layout: columns from what needs nothing to what nothing needs, few crossings, short
lines.

A line that passes a column does so at a point of its own there; all lines of one node that go on
share that point. The same graph is laid out in the same way, always.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from attrs import define, field, frozen

_BETWEEN_COLUMNS = 70.0
_BETWEEN_ROWS = 14.0
_ORDERINGS = 16
_ALIGNMENTS = 24

# A node's id and a column; not the node's own, the point where its lines pass.
_Spot = tuple[str, int]


@frozen
class Box:
    """Where a node is: its middle left point, and its size."""

    x: float
    y: float
    width: float
    height: float


@frozen
class Layout:
    """Boxes by id; of each edge, where its line passes columns (x from, x to, y), from the one of
    the needed node to the one of its user."""

    boxes: Mapping[str, Box]
    lines: Mapping[tuple[str, str], tuple[tuple[float, float, float], ...]]
    width: float
    height: float


def lay_out(sizes: Mapping[str, tuple[float, float]], edges: Iterable[tuple[str, str]]) -> Layout:
    """For nodes with their widths and heights, each after those that it needs, and edges from
    needed nodes to those that need them."""
    columns = _Columns.of(list(sizes), list(edges))
    columns.order()
    return _placed(columns, sizes)


@define
class _Columns:
    """The spots of each column, from top to bottom, and how they are joined from left to right."""

    spots: list[list[_Spot]]
    at: Mapping[str, int]
    edges: Sequence[tuple[str, str]]
    before: dict[_Spot, list[_Spot]] = field(factory=dict)
    after: dict[_Spot, list[_Spot]] = field(factory=dict)

    @classmethod
    def of(cls, nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> _Columns:
        """Each node directly left of the first of those that need it."""
        steps = dict.fromkeys(nodes, 0)
        users: dict[str, list[str]] = {id: [] for id in nodes}
        for needed, user in edges:
            users[needed].append(user)
        for id in reversed(nodes):
            steps[id] = max((steps[user] + 1 for user in users[id]), default=0)
        last = max(steps.values(), default=0)
        at = {id: last - number for id, number in steps.items()}
        columns = cls([[] for _ in range(last + 1)], at, edges)
        for id in nodes:
            end = max((at[user] for user in users[id]), default=at[id] + 1)
            for column in range(at[id], end):
                columns.spots[column].append((id, column))
                columns.before[id, column], columns.after[id, column] = [], []
        columns._join()
        return columns

    def _join(self) -> None:
        joints = {pair for needed, user in self.edges for pair in pairwise(self.way(needed, user))}
        for left, right in sorted(joints):
            self.after[left].append(right)
            self.before[right].append(left)

    def way(self, needed: str, user: str) -> list[_Spot]:
        """The spots that the line between two nodes touches."""
        between = range(self.at[needed], self.at[user])
        return [*((needed, column) for column in between), (user, self.at[user])]

    def order(self) -> None:
        """Orders the spots of each column by those of its neighbours, as often as that helps."""
        best, fewest = self.spots, self._crossings()
        for number in range(_ORDERINGS):
            forth = number % 2 == 0
            self._sort(self.before if forth else self.after, backwards=not forth)
            if (crossings := self._crossings()) < fewest:
                best, fewest = self.spots, crossings
        self.spots = best

    def _sort(self, joined: Mapping[_Spot, list[_Spot]], *, backwards: bool) -> None:
        """One column after the other, by the places of those that its spots are joined with."""
        rows = self._rows()

        def wanted(spot: _Spot) -> float:
            return _mean([rows[each] for each in joined[spot]], rows[spot])

        self.spots = [list(column) for column in self.spots]
        for column in reversed(self.spots) if backwards else self.spots:
            column.sort(key=wanted)
            rows |= {spot: row for row, spot in enumerate(column)}

    def _rows(self) -> dict[_Spot, int]:
        return {spot: row for column in self.spots for row, spot in enumerate(column)}

    def _crossings(self) -> int:
        """How many pairs of lines cross, over all gaps between columns."""
        rows, number = self._rows(), 0
        for column in self.spots:
            ends: list[int] = []
            for spot in column:
                found = sorted(rows[each] for each in self.after[spot])
                number += sum(len(ends) - bisect_right(ends, end) for end in found)
                for end in found:
                    insort(ends, end)
        return number


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default


def _placed(columns: _Columns, sizes: Mapping[str, tuple[float, float]]) -> Layout:
    def height(spot: _Spot) -> float:
        return sizes[spot[0]][1] if columns.at[spot[0]] == spot[1] else 0.0

    y = _rows_of(columns, height)
    widths = [
        max((sizes[id][0] for id, number in spots if columns.at[id] == number), default=0.0)
        for spots in columns.spots
    ]
    lefts = [sum(widths[:number]) + number * _BETWEEN_COLUMNS for number in range(len(widths))]
    boxes = {id: Box(lefts[at], y[id, at], *sizes[id]) for id, at in columns.at.items()}

    def passes(spot: _Spot) -> tuple[float, float, float]:
        left = lefts[spot[1]]
        return left, left + widths[spot[1]], y[spot]

    lines = {edge: tuple(map(passes, columns.way(*edge))) for edge in columns.edges}
    bottom = max((each.y + each.height / 2 for each in boxes.values()), default=0.0)
    bottom = max([bottom, *(place[2] for line in lines.values() for place in line)])
    return Layout(boxes, lines, lefts[-1] + widths[-1] if widths else 0.0, bottom)


def _rows_of(columns: _Columns, height: Callable[[_Spot], float]) -> dict[_Spot, float]:
    """The y of each spot: near those that it is joined with, in its column's order."""
    y: dict[_Spot, float] = {}
    for column in columns.spots:
        y |= dict(zip(column, _spread([0.0] * len(column), list(map(height, column))), strict=True))
    for number in range(_ALIGNMENTS):
        forth = number % 2 == 0
        for column in columns.spots if forth else reversed(columns.spots):
            wanted = [
                _mean([y[each] for each in (*columns.before[spot], *columns.after[spot])], y[spot])
                for spot in column
            ]
            y |= dict(zip(column, _spread(wanted, list(map(height, column))), strict=True))
    top = min((y[spot] - height(spot) / 2 for spot in y), default=0.0)
    return {spot: value - top for spot, value in y.items()}


def _spread(wanted: Sequence[float], heights: Sequence[float]) -> list[float]:
    """The places nearest to the wanted ones, by least squares, that keep order and distance.

    Neighbours that would come too near form a block, whose distances are the least allowed ones.
    """
    offsets = [0.0]
    for above, below in pairwise(heights):
        offsets.append(offsets[-1] + (above + below) / 2 + _BETWEEN_ROWS)
    blocks: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        block = (want - offset, 1)
        while blocks and blocks[-1][0] >= block[0]:
            place, number = blocks.pop()
            total = number + block[1]
            block = ((place * number + block[0] * block[1]) / total, total)
        blocks.append(block)
    starts = [place for place, number in blocks for _ in range(number)]
    return [start + offset for start, offset in zip(starts, offsets, strict=False)]
