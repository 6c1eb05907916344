"""The plan: which actions some artifacts need, in what order, and which of them are urgent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from oxidize.graph.action import Action, Artifact, Output


@frozen(eq=False)
class Plan:
    """Actions, inputs before users; `height` is the longest way to the end, in actions."""

    actions: tuple[Action, ...]
    needs: dict[Action, tuple[Action, ...]]
    users: dict[Action, list[Action]]
    height: dict[Action, int]

    @classmethod
    def of(cls, artifacts: Iterable[Artifact]) -> Plan:
        """Everything that the artifacts reach."""
        order: dict[Action, tuple[Action, ...]] = {}
        for artifact in artifacts:
            if isinstance(artifact, Output):
                _visit(artifact.action, order)
        users: dict[Action, list[Action]] = {action: [] for action in order}
        for action, needed in order.items():
            for one in needed:
                users[one].append(action)
        height: dict[Action, int] = {}
        for action in reversed(order):
            height[action] = 1 + max((height[user] for user in users[action]), default=0)
        return cls(tuple(order), order, users, height)


def needed_by(action: Action) -> tuple[Action, ...]:
    """The actions whose outputs this one reads, each once."""
    outputs = (item for role in action.inputs.values() for item in role)
    return tuple(dict.fromkeys(item.action for item in outputs if isinstance(item, Output)))


def _visit(root: Action, order: dict[Action, tuple[Action, ...]]) -> None:
    """Depth first, without recursion: graphs may be deeper than Python's stack."""
    if root in order:
        return
    needed = needed_by(root)
    stack: list[tuple[Action, tuple[Action, ...], Iterator[Action]]]
    stack = [(root, needed, iter(needed))]
    while stack:
        action, needed, rest = stack[-1]
        for below in rest:
            if below not in order:
                deeper = needed_by(below)
                stack.append((below, deeper, iter(deeper)))
                break
        else:
            order[action] = needed
            stack.pop()
