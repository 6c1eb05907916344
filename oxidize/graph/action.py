"""The action, one cacheable step, and the artifacts it reads and writes."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from oxidize.errors import Origin

# What an action's parameters are made of: the JSON types, with str keys.
Value = str | int | bool | None | tuple["Value", ...] | Mapping[str, "Value"]


@frozen
class SourceFile:
    """A file that no action makes, by absolute path."""

    path: str


@frozen
class SourceTree:
    """A folder that no action makes, by absolute path.

    `include` names files and folders directly or deeper under it ("hello", "a/b.py"); empty
    means everything. `exclude` are fnmatch patterns tried on each path's last part and on the
    whole relative path. `__pycache__` folders are never part of a tree. With `within`, a folder
    around it, links that lead out of that one are errors.
    """

    path: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    within: str = ""


@frozen(eq=False)
class Output:
    """What an action writes under one of its output names."""

    action: Action
    name: str


Source = SourceFile | SourceTree
Artifact = SourceFile | SourceTree | Output


@frozen(eq=False)
class Action:
    """One step: a mnemonic (which kind of step), parameters and inputs by role.

    `label` is what progress shows ("compile hello"); `origin` is the call that declared it.
    `added` is the call that asked for what it makes, where that is another one. `private` says how
    to get at what the key names: where it is, never what it is. None of the four is part of the
    key, and `private`, which may hold credentials, is never shown.
    """

    mnemonic: str
    platform: str
    params: Mapping[str, Value] = field(factory=dict)
    inputs: Mapping[str, tuple[Artifact, ...]] = field(factory=dict)
    label: str = ""
    origin: Origin | None = None
    private: Mapping[str, Value] = field(factory=dict, repr=False)
    added: Origin | None = None

    def output(self, name: str) -> Output:
        """The artifact behind one of the output names that the kind of action promises."""
        return Output(self, name)
