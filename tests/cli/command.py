"""A process that is the `oxidize` command with two more verbs: `wait` and `bug`."""

from __future__ import annotations

import argparse
import signal
import sys

from oxidize.cli.console import Console
from oxidize.cli.main import entry
from oxidize.cli.parser import Parser
from oxidize.cli.verbs import VERBS, Verb


def configure(parser: Parser) -> None:
    parser.add_argument("what", choices=("wait", "bug", "flood"))


def run(args: argparse.Namespace, console: Console) -> int:
    if args.what == "bug":
        raise ZeroDivisionError("oh")
    if args.what == "flood":
        for _ in range(100_000):
            sys.stdout.write("more\n" * 100)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        signal.pause()


if __name__ == "__main__":
    VERBS["test"] = Verb("test", "For tests.", "tests.cli.command")
    entry()
