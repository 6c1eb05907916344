"""The argument parser: argparse, whose complaints are diagnostics with suggestions."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import NoReturn

from oxidize.errors import Diagnostic, UsageError
from oxidize.suggest import did_you_mean

# How argparse words a value that isn't one of the choices.
_CHOICE = re.compile(r"invalid choice: '(.*)' \(choose from (.*)\)")


class Parser(argparse.ArgumentParser):
    """A parser of one verb's arguments."""

    def __init__(self, verb: str, description: str) -> None:
        super().__init__(
            prog=f"oxidize {verb}",
            description=description,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def parse(self, argv: Sequence[str]) -> argparse.Namespace:
        """Like `parse_args`. Raises UsageError."""
        namespace, unknown = self.parse_known_args(argv)
        if unknown:
            raise UsageError(self._unknown(unknown[0]))
        return namespace

    def error(self, message: str) -> NoReturn:
        """Called by argparse."""
        see = f"see {self.prog} --help"
        help_ = see
        if found := _CHOICE.search(message):
            help_ = did_you_mean(found[1], re.findall(r"[\w-]+", found[2]), "{}") or see
        raise UsageError(Diagnostic("OX0803", f"{self.prog}: {message}", help=help_))

    def _unknown(self, word: str) -> Diagnostic:
        see = f"see {self.prog} --help"
        if not word.startswith("-"):
            return Diagnostic("OX0803", f"{self.prog}: unexpected argument {word!r}", help=see)
        name = word.partition("=")[0]
        options = re.findall(r"--?[a-z][a-z-]*", self.format_usage())
        return Diagnostic(
            "OX0802",
            f"{self.prog} has no option {name}",
            help=did_you_mean(name, options, "{}") or see,
        )


def positive(text: str) -> int:
    """A number of at least 1, for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a number of at least 1, not {text}")
    return int(text)
