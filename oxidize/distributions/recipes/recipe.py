"""The recipe: what turns one archive of sources into files, as data.

Its commands run in the folder of the sources. `cc`, `ar`, `ranlib` and `ld` are zig's, for the
target; `build-cc` is one for the machine that builds. Libraries that are needed are below
`../libraries`.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import asdict, field, frozen

from oxidize.graph.action import Value

# What stands in commands for what isn't known before they run.
JOBS, WORK = "@jobs@", "@work@"
# Where `make install` puts what is installed below /install.
INSTALLED = f"{WORK}/installed"


@frozen
class Edit:
    """A passage of a source file that has another content; it has to be there, once."""

    file: str
    old: str
    new: str


@frozen
class Keep:
    """Files that are the result: those below `folder` whose path matches `pattern`, as glob has it,
    go below `to`. `folder` is beside that of the sources, which is called "source"."""

    folder: str
    pattern: str
    to: str


@frozen
class Recipe:
    """How one thing is built. `tools` are programs of the machine beside those of POSIX."""

    commands: tuple[tuple[str, ...], ...]
    keep: tuple[Keep, ...]
    licence: str
    """An SPDX expression."""
    licence_file: str
    environment: Mapping[str, str] = field(factory=dict)
    edits: tuple[Edit, ...] = ()
    libraries: tuple[str, ...] = ()
    """Names of what it is built with."""
    tools: tuple[str, ...] = ("make",)

    def params(self) -> Mapping[str, Value]:
        """What decides the result, for an action."""
        return {
            "commands": self.commands,
            "keep": tuple(asdict(each) for each in self.keep),
            "licence_file": self.licence_file,
            "environment": dict(self.environment),
            "edits": tuple(asdict(each) for each in self.edits),
            "libraries": self.libraries,
        }


def licence_path(name: str) -> str:
    """Where the licence of what is called so is, in results and in archives."""
    return f"licenses/LICENSE.{name}.txt"
