"""The `oxidize` command: finds the verb, and turns exceptions into exit codes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from oxidize import __version__
from oxidize.cli.console import Console
from oxidize.cli.verbs import VERBS
from oxidize.errors import Diagnostic, InternalError, OxidizeError, UsageError
from oxidize.suggest import did_you_mean

_INTERRUPTED = 130
# PyOxidizer's verbs, by their names here.
_FORMER = {"init-config-file": "init", "list-targets": "targets", "find-resources": "inspect"}


class Terminated(KeyboardInterrupt):
    """Asked to end by a signal other than Ctrl-C's; the argument is its number."""


def entry() -> NoReturn:
    """What the `oxidize` script calls."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _terminate)
    code = main(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = code or 1
    # Not sys.exit: tearing the interpreter down takes longer than many a build.
    os._exit(code)


def _terminate(number: int, _frame: object) -> NoReturn:
    raise Terminated(number)


def main(argv: Sequence[str]) -> int:
    """Does what the arguments say; returns the exit code."""
    console = Console.of(argv, os.environ)
    try:
        return _dispatch(list(argv), console)
    except InternalError as error:
        return _bug(error, argv, console)
    except OxidizeError as error:
        console.error(error)
        return error.exit_code
    except Terminated as error:
        console.say(f"stopped by signal {error}")
        return 128 + int(error.args[0])
    except KeyboardInterrupt:
        console.say("interrupted")
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        return 128 + 13
    except SystemExit as exit_:
        return int(exit_.code or 0)
    except Exception as error:
        return _bug(error, argv, console)
    finally:
        console.refer()


def _bug(error: Exception, argv: Sequence[str], console: Console) -> int:
    from oxidize.cli.crash import as_bug

    told = as_bug(error, argv)
    console.error(told)
    return told.exit_code


def _dispatch(argv: list[str], console: Console) -> int:
    first = argv[0] if argv else "--help"
    if first in ("--version", "-V"):
        print(f"oxidize {__version__}", file=console.stdout)
        return 0
    if first in ("--help", "-h") or argv == ["help"]:
        print(_overview(), file=console.stdout)
        return 0
    if first == "help":
        argv, first = [argv[1], "--help"], argv[1]
    if verb := VERBS.get(first):
        return verb.call(argv[1:], console)
    raise UsageError(_unknown(first))


def _unknown(word: str) -> Diagnostic:
    if word.startswith("-"):
        return Diagnostic(
            "OX0802",
            f"there is no option {word} before the verb",
            help="options follow the verb: oxidize build --release",
        )
    return Diagnostic(
        "OX0801",
        f"there is no verb {word}",
        notes=(f"verbs: {', '.join(VERBS)}",),
        help=did_you_mean(_FORMER.get(word, word), VERBS, "{}"),
    )


def _overview() -> str:
    width = max(map(len, VERBS))
    lines = (f"  {verb.name:<{width}}  {verb.help}" for verb in VERBS.values())
    return "\n".join(
        (
            "oxidize: ships a Python application as one native executable",
            "",
            "usage: oxidize VERB [ARGUMENTS]    oxidize VERB --help    oxidize --version",
            "",
            *lines,
        )
    )
