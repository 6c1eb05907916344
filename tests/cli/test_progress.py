"""Progress: plain lines, and the live line of a terminal."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from oxidize.cli.console import Console
from oxidize.cli.progress import LazyProgress, PlainProgress, progress_for
from oxidize.errors import ActionError, Diagnostic
from oxidize.executor.events import (
    ActionFailed,
    ActionFinished,
    ActionStarted,
    BuildFinished,
    BuildStarted,
    Event,
)

ROOT = Path(__file__).parents[2]

EVENTS: list[Event] = [
    BuildStarted(3),
    ActionFinished(0, "compile", "compile a", "cached"),
    ActionStarted(1, "compile", "compile b"),
    ActionFinished(1, "compile", "compile b", "ran", 1.25),
    ActionStarted(2, "link", "link"),
    ActionFailed(2, "link", "link", ActionError(Diagnostic("OX0401", "no"))),
    BuildFinished(1, 1, 1, 2.0),
]


@pytest.mark.parametrize(
    ("verbosity", "quiet", "expected"),
    [
        (0, False, ["[2/3] compile b (1.2 s)"]),
        (1, False, ["[1/3] compile a (cached)", "[2/3] compile b (1.2 s)"]),
        (-1, False, []),
        (0, True, []),
        (1, True, ["[2/3] compile b (1.2 s)"]),
    ],
)
def test_plain(verbosity: int, quiet: bool, expected: list[str]) -> None:
    """Where nobody redraws, there is a line per action that ran, and with -v per cached one."""
    stderr = io.StringIO()
    console = Console(io.StringIO(), stderr, verbosity=verbosity)
    with progress_for(console, quiet=quiet) as progress:
        assert isinstance(progress, PlainProgress)
        for event in EVENTS:
            progress(event)
    assert stderr.getvalue().splitlines() == expected


def on_terminal(code: str) -> str:
    """What a program writes to its terminal."""
    master, slave = pty.openpty()
    environ = {**os.environ, "TERM": "xterm", "PYTHONPATH": str(ROOT), "COLUMNS": "40"}
    process = subprocess.Popen([sys.executable, "-c", code], stderr=slave, cwd=ROOT, env=environ)
    os.close(slave)
    written = b""
    try:
        while data := os.read(master, 4096):
            written += data
    except OSError:  # the other side is closed
        pass
    os.close(master)
    assert process.wait(timeout=10) == 0
    return written.decode()


PLAY = """
import sys
from oxidize.cli.console import Console
from oxidize.cli.progress import progress_for
from tests.cli.test_progress import EVENTS
console = Console(sys.stdout, sys.stderr, verbosity={verbosity})
with progress_for(console) as progress:
    for event in EVENTS[:{events}]:
        progress(event)
print("after", file=sys.stderr)
assert ("rich" in sys.modules) == {rich}
"""


def test_live_line_goes_away() -> None:
    """On a terminal the live line is erased in the end, and what follows stands by itself."""
    written = on_terminal(PLAY.format(verbosity=0, events=len(EVENTS), rich=True))
    assert "compile b" in written
    # The last thing before is: back to the line's start, and erase it.
    assert written.replace("\x1b[?25h", "").split("after")[0].endswith("\x1b[2K")


def test_long_labels_are_cut() -> None:
    """A live line never needs two lines of the terminal."""
    code = PLAY.replace("EVENTS[:", "[EVENTS[0], LONG][:").replace(
        "console =", "LONG = ActionStarted(1, 'x', 'word ' * 50)\nconsole ="
    )
    code = code.replace("import sys", "import sys\nfrom oxidize.executor.events import *", 1)
    written = on_terminal(code.format(verbosity=0, events=2, rich=True))
    # Once up and erased, when it goes away: it was one line.
    assert written.count("\x1b[1A\x1b[2K") == 1


def test_lines_above_the_live_line() -> None:
    """With -v, lines of what ran stay, whole."""
    written = on_terminal(PLAY.format(verbosity=1, events=len(EVENTS), rich=True))
    assert "[2/3] compile b (1.2 s)\r\n" in written


def screen(written: str) -> list[str]:
    """The lines that a terminal shows in the end, which is long and wide enough for all."""
    lines, row = [""], 0
    for part in re.findall(r"\x1b\[[?\d;]*[A-Za-z]|[\r\n]|[^\x1b\r\n]+", written):
        if part == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif part == "\x1b[2K":
            lines[row] = ""
        elif part == "\x1b[1A":
            row -= 1
        elif part[0] not in "\r\x1b":
            # Whatever is written begins at the start of a line, or goes on there.
            lines[row] += part
    return [line for line in lines if line]


def test_talk_above_the_live_line() -> None:
    """What is said while there is a live line, reasons and warnings too, stays whole above it."""
    code = PLAY.replace(
        "        progress(event)",
        "        explaining(event)\n        progress(event)\n"
        "        console.say('said ' * 10); console.warn('warned', 'it')\n"
        "        console.script('printed')",
    )
    code = code.replace(
        "with progress_for",
        "from oxidize.cli.reasons import ExplainingProgress\n"
        "from oxidize.executor.why import Why\n"
        "from oxidize.executor.events import ActionStarted\n"
        "EVENTS[4] = ActionStarted(2, 'link', 'link', Why('new'))\n"
        "explaining = ExplainingProgress(console)\nwith progress_for",
    )
    written = on_terminal(code.format(verbosity=0, events=len(EVENTS), rich=True))
    said = ["said " * 10, "warning: warned", "printed"]
    assert screen(written) == [*said * 4, "run link: new", *said * 3, "after"]


def test_nothing_is_drawn_for_an_unchanged_build() -> None:
    """When no action starts, nothing is drawn and what draws isn't even loaded."""
    assert on_terminal(PLAY.format(verbosity=0, events=2, rich=False)) == "after\r\n"


def test_choice() -> None:
    """A live line is for terminals, unless -q or JSON ask for something else."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def choose(**options: object) -> type[object]:
        console = Console(io.StringIO(), Terminal())
        for name, value in options.items():
            setattr(console, name, value)
        return type(progress_for(console))

    assert choose() is LazyProgress
    assert choose(verbosity=-1) is PlainProgress
    assert choose(json=True) is PlainProgress


@pytest.mark.parametrize(
    ("verbosity", "quiet", "told"), [(0, False, 1), (-1, False, 0), (0, True, 0)]
)
def test_warnings(verbosity: int, quiet: bool, told: int) -> None:
    """Warnings are told at the end, each once and in the order of the graph; cached ones too."""
    stderr = io.StringIO()
    console = Console(io.StringIO(), stderr, verbosity=verbosity)
    with progress_for(console, quiet=quiet) as progress:
        progress(ActionFinished(2, "compile", "compile b", "ran", 1.0, ("later", "both")))
        progress(ActionFinished(1, "compile", "compile a", "cached", 0.0, ("sooner", "both")))
        assert "warning" not in stderr.getvalue()
    lines = [line for line in stderr.getvalue().splitlines() if line.startswith("warning")]
    assert lines == ["warning: sooner", "warning: later", "warning: both"] * told


def test_warnings_for_programs() -> None:
    """With --message-format json a warning is one object in one line."""
    stderr = io.StringIO()
    Console(io.StringIO(), stderr, json=True).warn("oh", "compile a")
    assert json.loads(stderr.getvalue()) == {"event": "warning", "about": "compile a", "text": "oh"}
