"""The table of verbs: a name, a line of help, and the module that does it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from attrs import frozen

from oxidize.cli.console import Console
from oxidize.cli.parser import Parser


class VerbModule(Protocol):
    """What the module of a verb defines."""

    def configure(self, parser: Parser) -> None:
        """Adds the verb's arguments."""

    def run(self, args: argparse.Namespace, console: Console) -> int:
        """Does it; returns the exit code."""


@frozen
class Verb:
    """`passes`: what follows `--` is for someone else; it arrives as `args.rest`."""

    name: str
    help: str
    module: str
    passes: bool = False

    def call(self, argv: Sequence[str], console: Console) -> int:
        """Parses the verb's arguments and does it. Raises OxidizeError."""
        own, rest = _split(argv) if self.passes else (argv, [])
        args = self.parser().parse(own)
        args.rest = rest
        return self._module().run(args, console)

    def parser(self) -> Parser:
        """The parser of the verb's arguments."""
        parser = Parser(self.name, self.help)
        self._module().configure(parser)
        return parser

    def _module(self) -> VerbModule:
        # Only the module of the verb that was asked for is imported.
        return cast("VerbModule", import_module(self.module))


def _split(argv: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    if "--" not in argv:
        return argv, []
    at = argv.index("--")
    return argv[:at], argv[at + 1 :]


VERBS = {
    verb.name: verb
    for verb in (
        Verb("build", "Build targets of a build.star.", "oxidize.cli.build"),
        Verb("run", "Build a target and run it.", "oxidize.cli.run", passes=True),
        Verb("lock", "Resolve packages into oxidize.lock.", "oxidize.cli.lock"),
        Verb("init", "Write a build.star for a script or a project.", "oxidize.cli.init"),
        Verb("pack", "Make one executable of a script or a project.", "oxidize.cli.pack"),
        Verb("test", "Run tests that are written in Starlark.", "oxidize.cli.test"),
        Verb("targets", "List the targets of a build.star.", "oxidize.cli.targets"),
        Verb("check", "Find what is wrong with build files and rules.", "oxidize.cli.check"),
        Verb("inspect", "Show what an executable carries.", "oxidize.cli.inspect"),
        Verb("verify", "Build twice, and compare every byte.", "oxidize.cli.verify"),
        Verb("explain", "Say what the code of an error means.", "oxidize.cli.explain"),
        Verb("docs", "Write the reference pages of the language.", "oxidize.cli.docs"),
        Verb(
            "completion", "Write a script that completes commands.", "oxidize.cli.completion.verb"
        ),
    )
}
