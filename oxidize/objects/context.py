"""What objects see of the session that they live in: settings, the current call, the targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from attrs import define, field, frozen

from oxidize.errors import Origin
from oxidize.graph.action import Action, Artifact, Value
from oxidize.objects.callback import Calls
from oxidize.objects.settings import Settings

if TYPE_CHECKING:
    from oxidize.objects.packages import PackageSet
    from oxidize.objects.testing import Trial


@frozen
class Handle:
    """Names an object the same way in each pass: whose function made it, in its how manieth call.

    The target "" stands for the load of the files themselves.
    """

    target: str
    ordinal: int


class Targets(Protocol):
    """Where `register_target` reports."""

    def register(self, name: str, depends: Sequence[str], default: bool) -> Calls:
        """Notes a target; the calls run its function if this pass wants the target."""


@define
class Context:
    """Shared by all objects of one session; the bridge keeps `handle` and `origin` current."""

    settings: Settings
    targets: Targets
    emit_print: Callable[[str], None]
    handle: Handle = Handle("", 0)
    origin: Origin | None = None
    finished: set[str] = field(factory=set)
    """Targets whose functions have returned, and "" once the files are loaded."""
    packages: dict[tuple[str, str], PackageSet] = field(factory=dict)
    """What is to be installed, by target and Python."""
    trial: Trial | None = None
    """The test that is running, if one is."""

    def action(
        self,
        mnemonic: str,
        label: str,
        *,
        params: Mapping[str, Value] | None = None,
        inputs: Mapping[str, Sequence[Artifact]] | None = None,
        origin: Origin | None = None,
    ) -> Action:
        """Declares an action for the session's triple, from the current call unless told."""
        return Action(
            mnemonic,
            self.settings.triple,
            dict(params or {}),
            {role: tuple(artifacts) for role, artifacts in (inputs or {}).items()},
            label,
            origin or self.origin,
        )

    def path(self, text: str) -> Path:
        """A path as scripts give it: relative to the build file's folder, or absolute."""
        return Path(self.settings.folder, text).absolute()
