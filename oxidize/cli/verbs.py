"""The table of verbs: a name, a line of help, and the module that does it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Protocol, cast

from attrs import frozen

from oxidize.cli.console import Console
from oxidize.cli.parser import Parser

# From these, nobody takes the cache away while they run.
_USE_CACHE = {
    *("build", "run", "lock", "pack", "verify", "distribution"),
    *("test", "targets", "graph", "why", "check", "licenses"),
}

# After these, it may be too large.
_FILL_CACHE = {"build", "pack", "licenses"}


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
        # A preview writes nothing anywhere, and so can't say that it is there.
        dry = getattr(args, "dry_run", False)
        with _cache_in_use() if self.name in _USE_CACHE and not dry else nullcontext():
            code = self._module().run(args, console)
        if self.name in _FILL_CACHE and not dry:
            from oxidize.cli.tidying import tidy

            # Now that this command needs nothing of it any more.
            tidy(console)
        return code

    def parser(self) -> Parser:
        """The parser of the verb's arguments."""
        parser = Parser(self.name, self.help)
        self._module().configure(parser)
        return parser

    def _module(self) -> VerbModule:
        # Only the module of the verb that was asked for is imported.
        return cast("VerbModule", import_module(self.module))


def _cache_in_use() -> AbstractContextManager[None]:
    from oxidize.executor.in_use import using
    from oxidize.executor.location import LAYOUT, cache_folder

    return using(cache_folder(os.environ) / LAYOUT)


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
        Verb("log", "Tell what the last build did.", "oxidize.cli.log"),
        Verb("lock", "Resolve packages into oxidize.lock.", "oxidize.cli.lock"),
        Verb("init", "Write a build.star for a script or a project.", "oxidize.cli.init"),
        Verb("pack", "Make one executable of a script or a project.", "oxidize.cli.pack"),
        Verb("test", "Run tests that are written in Starlark.", "oxidize.cli.test"),
        Verb("targets", "List the targets of a build.star.", "oxidize.cli.targets"),
        Verb("graph", "Show targets, their actions and sources.", "oxidize.cli.graph.verb"),
        Verb("why", "Say who put a file or module into a target.", "oxidize.cli.why.verb"),
        Verb("check", "Find what is wrong with build files and rules.", "oxidize.cli.check"),
        Verb(
            "distribution",
            "Tell of, and get, CPythons to embed.",
            "oxidize.cli.distribution.verb",
        ),
        Verb("cache", "Look after the cache directory.", "oxidize.cli.cache"),
        Verb("inspect", "Show what an executable carries.", "oxidize.cli.inspect"),
        Verb("analyze", "Say what an executable needs to run.", "oxidize.cli.analyze"),
        Verb("licenses", "Tell the licences, or all parts, of a target.", "oxidize.cli.licenses"),
        Verb("doctor", "Say whether this machine can build.", "oxidize.cli.doctor.verb"),
        Verb("verify", "Build twice, and compare every byte.", "oxidize.cli.verify"),
        Verb("explain", "Say what the code of an error means.", "oxidize.cli.explain"),
        Verb("docs", "Write the reference pages of the language.", "oxidize.cli.docs"),
        Verb(
            "completion", "Write a script that completes commands.", "oxidize.cli.completion.verb"
        ),
    )
}
