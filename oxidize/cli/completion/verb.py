"""`oxidize completion`: writes the script that completes commands in a shell."""

from __future__ import annotations

import argparse

from oxidize.cli.completion.bash import bash_script
from oxidize.cli.completion.fish import fish_script
from oxidize.cli.completion.table import read_commands
from oxidize.cli.completion.zsh import zsh_script
from oxidize.cli.console import Console
from oxidize.cli.options import add_talk_options, apply_talk_options
from oxidize.cli.parser import Parser

_SHELLS = {"bash": bash_script, "zsh": zsh_script, "fish": fish_script}


def configure(parser: Parser) -> None:
    """Arguments of `completion`."""
    parser.add_argument("shell", metavar="SHELL", choices=tuple(_SHELLS), help=", ".join(_SHELLS))
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints the script."""
    apply_talk_options(args, console)
    print(_SHELLS[args.shell](read_commands()), end="", file=console.stdout)
    return 0
