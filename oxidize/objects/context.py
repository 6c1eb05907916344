"""What objects see of the session that they live in: settings, the current call, the targets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from attrs import define, field, frozen

from oxidize.errors import Origin
from oxidize.graph.action import Action, Artifact, Output, Value
from oxidize.objects.callback import Calls
from oxidize.objects.prompter import Nobody, Prompter
from oxidize.objects.reach import Reach
from oxidize.objects.settings import Settings

if TYPE_CHECKING:
    from oxidize.objects.code_signer import CodeSigner
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

    def register(self, name: str, depends: Sequence[str], default: bool) -> Calls[None]:
        """Notes a target; the calls run its function if this pass wants the target."""


@frozen
class Decision:
    """A function that decides on resources: the object that it was given to, and where."""

    owner: object
    origin: Origin | None


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
    decisions: dict[Handle, Decision] = field(factory=dict)
    """Functions that are called during the build, by the calls that gave them."""
    prompter: Prompter = field(factory=Nobody)
    build_path: Path | None = None
    """Where outputs go, if the script says so."""
    script: Callable[[Collection[str]], str] = lambda targets: ""
    """What stands, in keys of actions, for all that functions depend on that the functions of these
    targets made."""
    reaches: dict[str, Reach] = field(factory=dict)
    """What the code of each loaded file reaches; oxidize's own does what its caller may do."""

    signers: list[CodeSigner] = field(factory=list)
    """Those that sign everything, in the order of their activation."""
    signed: dict[tuple[Artifact, CodeSigner, str, bool], Output] = field(factory=dict)
    """What they sign, each once: under that name, and whether a signature that it has is kept."""
    call_back: Callable[[Handle, Sequence[object]], tuple[str, object]] = field(
        default=lambda place, arguments: ("NoneType", None)
    )
    """Calls a function of the script, given at that place: the name of the type of what it returns,
    and that."""

    trial: Trial | None = None
    """The test that is running, if one is."""

    @property
    def reach(self) -> Reach:
        """What the code reaches that makes the current call."""
        for frame in reversed(self.origin.stack if self.origin else ()):
            if found := self.reaches.get(frame.span.file):
                return found
        return Reach(self.settings.folder)

    def action(
        self,
        mnemonic: str,
        label: str,
        *,
        params: Mapping[str, Value] | None = None,
        inputs: Mapping[str, Sequence[Artifact]] | None = None,
        origin: Origin | None = None,
        added: Origin | None = None,
        triple: str | None = None,
    ) -> Action:
        """Declares an action for the session's triple, from the current call unless told."""
        return Action(
            mnemonic,
            triple or self.settings.triple,
            dict(params or {}),
            {role: tuple(artifacts) for role, artifacts in (inputs or {}).items()},
            label,
            origin or self.origin,
            added=added,
        )

    def decision(self, kind: str, owner: object) -> Value:
        """Notes the current call's function; what names it in the parameters of an action."""
        self.decisions[self.handle] = Decision(owner, self.origin)
        return {"step": kind, "target": self.handle.target, "ordinal": self.handle.ordinal}

    def path(self, text: str, argument: str = "path") -> Path:
        """A path as the calling code gives it. Refuses one out of that code's reach."""
        return self.reach.path(text, argument)
