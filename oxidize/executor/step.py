"""The step: an action whose inputs are known, with its key; and the look into the cache."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from attrs import field, frozen

from oxidize.actions.kind import ActionKind
from oxidize.executor.blame import blaming, name_of
from oxidize.executor.cache import ActionCache, Entry
from oxidize.executor.context import Discovery
from oxidize.executor.inputs import FOUND, Given, Inputs
from oxidize.executor.report import Report
from oxidize.executor.sources import Sources
from oxidize.executor.store import Store
from oxidize.graph.action import Action, Output
from oxidize.graph.key import HashWriter, TextWriter, Writer, write_key


@frozen(eq=False)
class Step:
    """One action, ready to be looked up or run."""

    action: Action
    kind: ActionKind
    tools: Mapping[str, str]
    roles: Mapping[str, tuple[Given, ...]]
    key: str = ""
    report: Report = field(factory=Report)

    @property
    def label(self) -> str:
        """What people are shown."""
        return name_of(self.action)

    def write(self, writer: Writer) -> None:
        """Walks the parts of the key."""
        write_key(
            writer,
            mnemonic=self.kind.mnemonic,
            version=self.kind.version,
            platform=self.action.platform,
            params=self.action.params,
            tools=self.tools,
            inputs={role: [one.digest for one in given] for role, given in self.roles.items()},
        )

    def parts(self) -> dict[str, str]:
        """The parts of the key, for people."""
        writer = TextWriter()
        self.write(writer)
        return writer.parts


class Steps:
    """Makes steps of actions, during one build."""

    def __init__(
        self, store: Store, cache: ActionCache, sources: Sources, kinds: Mapping[str, ActionKind]
    ) -> None:
        self._store = store
        self._cache = cache
        self._sources = sources
        self._kinds = kinds
        self._tools: dict[str, Mapping[str, str]] = {}

    def step(self, action: Action, done: Mapping[Action, Entry]) -> Step:
        """The step of an action all of whose inputs are done. Raises ActionError and Lost."""
        with blaming(action):
            return self._step(action, done)

    def _step(self, action: Action, done: Mapping[Action, Entry]) -> Step:
        kind = self._kinds[action.mnemonic]
        roles: dict[str, tuple[Given, ...]] = {}
        for role, items in action.inputs.items():
            roles[role] = tuple(
                done[item.action].outputs[item.name]
                if isinstance(item, Output)
                else self._sources.look(item)
                for item in items
            )
        inputs = Inputs(self._store, roles, name_of(action))
        with inputs.needed():
            found = kind.discover(Discovery(action, inputs))
        for role, sources in found.items():
            roles[FOUND + role] = tuple(self._sources.look(source) for source in sources)
        step = Step(action, kind, self._tools_of(kind), roles)
        writer = HashWriter()
        step.write(writer)
        return attrs.evolve(step, key=writer.key())

    def _tools_of(self, kind: ActionKind) -> Mapping[str, str]:
        if kind.mnemonic not in self._tools:
            self._tools[kind.mnemonic] = kind.tools()
        return self._tools[kind.mnemonic]

    def cached(self, step: Step) -> Entry | None:
        """What an earlier run of the same step left behind, if all of it is still there."""
        entry = self._cache.get(step.key)
        if entry is None or entry.outputs.keys() != step.kind.outputs.keys():
            return None
        if not all(self._store.has(built.digest) for built in entry.outputs.values()):
            return None
        self._cache.used(step.key)
        return entry
