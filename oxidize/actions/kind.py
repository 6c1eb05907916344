"""The kind of an action: what a mnemonic means, and what it gets to work with.

The executor owns keys, caching, scheduling and the store; a kind only turns inputs into outputs.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from attrs import frozen

from oxidize.graph.action import Source, Value

if TYPE_CHECKING:
    from oxidize.resources.facts import Facts

OutputForm = Literal["file", "tree"]

UNDECLARED = "OX0446"
"""The code of a command's failure that names a file which isn't there for it."""


@frozen
class Needs:
    """What a command needs beside its action's folders and inputs, and the system's programs.

    Files of source trees that it reads where they are, are to be named. What is to be read need not
    be there; folders to write to are made.
    """

    read: tuple[str | Path, ...] = ()
    write: tuple[str | Path, ...] = ()
    network: bool = False
    machine: bool = False
    """All of the machine is there for it, as for what finds out what that is."""


NO_NEEDS = Needs()


class Decide(Protocol):
    """The build file's functions that decide on resources (`oxidize.starlark.deciding`)."""

    def __call__(self, step: Mapping[str, Value], resources: Sequence[Facts]) -> Sequence[Facts]:
        """The same resources, decided on. Raises BuildFileError."""


class InputContext(Protocol):
    """An action's parameters and inputs. Paths are for reading only."""

    params: Mapping[str, Value]
    platform: str

    def input(self, role: str) -> Path:
        """The one file in that role."""

    def inputs(self, role: str) -> tuple[Path, ...]:
        """All files in that role, in order; empty for a role that isn't there."""

    def tree(self, role: str) -> Mapping[str, Path]:
        """The one tree in that role: relative path -> a file with its content, sorted by path."""

    def executables(self, role: str) -> frozenset[str]:
        """The relative paths in that tree that have the executable bit."""

    def warn(self, text: str) -> None:
        """Tells the user something that is no error; again whenever the result is used."""


class ActionContext(InputContext, Protocol):
    """What one running action sees."""

    private: Mapping[str, Value]
    """The action's `private`: it must not decide an output."""
    jobs: int
    """How many commands the action may run at once. It must not decide an output."""
    decide: Decide
    progress: Callable[[int, int | None], None]
    """To be told how many bytes are here, and how many there will be, if that is known."""
    scratch: Path
    """A private, empty folder that is removed afterwards."""
    tool_cache: Path
    """A folder that stays, for tools' own caches. Nothing in it may decide an output."""

    def folder(self, role: str) -> Path:
        """The one tree in that role as a real folder, for tools that need one."""

    def tool(self, role: str) -> Path:
        """The one tree in that role as a folder that stays from build to build: programs to run,
        which nothing may change."""

    def output(self, name: str) -> Path:
        """Where to write: a file that doesn't exist yet, or an empty folder for a tree."""

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        private: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: bytes = b"",
        needs: Needs = NO_NEEDS,
    ) -> subprocess.CompletedProcess[bytes]:
        """Runs a command in a scrubbed environment plus `env`, in `cwd` or the scratch folder.

        Where the machine allows it, nothing else is there for it than what it `needs`, the network
        included.

        Its output is captured (stdout, stderr). Raises ActionError, with the output whole and a
        command to repeat it, when the exit code isn't 0 or the program doesn't exist. `private` are
        variables, too, but the repeating command leaves them out, and credentials in them are
        blotted out of the output.
        """


class DiscoverContext(Protocol):
    """What `discover` sees: the parameters and the files of the declared inputs."""

    params: Mapping[str, Value]
    platform: str

    def input(self, role: str) -> Path:
        """The one file in that role."""

    def inputs(self, role: str) -> tuple[Path, ...]:
        """All files in that role, in order."""


class ActionKind(Protocol):
    """One mnemonic. Instances hold no state of a build."""

    mnemonic: ClassVar[str]
    version: ClassVar[int]
    """Bump when the same inputs give other outputs: it is part of the key."""
    outputs: ClassVar[Mapping[str, OutputForm]]

    def tools(self) -> Mapping[str, str]:
        """What else decides the output (tool name -> its version or digest), for the key."""

    def discover(self, context: DiscoverContext) -> Mapping[str, tuple[Source, ...]]:
        """Further source inputs by role, known only once the declared inputs are there.

        Called before the key is computed, also when nothing has changed: it must be quick, and
        depend on nothing but what it is given and on which files exist.
        """

    def run(self, context: ActionContext) -> None:
        """Writes every output. Raises ActionError for what the user can mend."""


class Kind:
    """Base of kinds without tools and discovered inputs."""

    def tools(self) -> Mapping[str, str]:
        """No tools beyond oxidize itself."""
        return {}

    def discover(self, context: DiscoverContext) -> Mapping[str, tuple[Source, ...]]:
        """No further inputs."""
        return {}
