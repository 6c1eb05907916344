"""The console: colours, verbosity and forms."""

from __future__ import annotations

import io
import json

import pytest

from oxidize.cli.console import Console, use_color
from oxidize.errors import ActionError, Diagnostic, InternalError, UsageError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def console(**options: object) -> Console:
    made = Console(io.StringIO(), io.StringIO())
    for name, value in options.items():
        setattr(made, name, value)
    return made


def text(stream: object) -> str:
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("asked", "terminal", "environ", "expected"),
    [
        (None, True, {}, True),
        (None, False, {}, False),
        (None, True, {"NO_COLOR": "1"}, False),
        (None, True, {"NO_COLOR": ""}, True),
        (None, True, {"TERM": "dumb"}, False),
        (None, False, {"FORCE_COLOR": "1"}, True),
        (None, False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
        ("auto", True, {}, True),
    ],
)
def test_color(asked: str | None, terminal: bool, environ: dict[str, str], expected: bool) -> None:
    """--color decides, else NO_COLOR, else FORCE_COLOR, else whether it is a terminal."""
    stream = Terminal() if terminal else io.StringIO()
    assert use_color(asked, stream, environ) is expected


@pytest.mark.parametrize(
    "argv", [["--message-format=json"], ["--message-format", "json"], ["x", "--color", "never"]]
)
def test_form_is_known_before_parsing(argv: list[str]) -> None:
    """The form of messages is known even if the arguments can't be parsed."""
    assert Console.of(argv, {}).json is ("never" not in argv)


def test_arguments_of_the_program_are_not_ours() -> None:
    """What follows -- doesn't change our messages."""
    assert Console.of(["run", "--", "--message-format=json"], {}).json is False


def test_verbosity() -> None:
    """Talk is on stderr, and less or more of it as asked."""
    for verbosity, expected in ((-1, ""), (0, "a\n"), (1, "a\nb\n")):
        one = console(verbosity=verbosity)
        one.say("a")
        one.say("b", 1)
        assert text(one.stderr) == expected
        assert text(one.stdout) == ""


def test_output_of_a_failed_command_is_whole() -> None:
    """All that a failed command printed comes before the error, or in its JSON."""
    error = ActionError(Diagnostic("OX0401", "cc failed"), "line\n" * 1000)
    one = console()
    one.error(error)
    assert text(one.stderr).startswith("line\n" * 1000 + "error[OX0401]: cc failed")
    one = console(json=True)
    one.error(error)
    assert json.loads(text(one.stderr))["output"] == "line\n" * 1000


def test_where_more_is_told() -> None:
    """At the end, people are told once how to have the codes of build errors explained."""
    one = console()
    for code in ("OX0411", "OX0413", "OX0411"):
        one.error(ActionError(Diagnostic(code, "failed")))
    one.error(UsageError(Diagnostic("OX0802", "no such option")))
    one.error(InternalError(Diagnostic("OX0001", "a bug")))
    one.refer()
    (line,) = (line for line in text(one.stderr).splitlines() if "explain" in line)
    assert line == "more: oxidize explain OX0411, oxidize explain OX0413"


@pytest.mark.parametrize("options", [{"json": True}, {"verbosity": -1}])
def test_programs_and_the_quiet_are_told_no_more(options: dict[str, object]) -> None:
    """With JSON or -q, an error is all that is told."""
    one = console(**options)
    one.error(ActionError(Diagnostic("OX0411", "failed")))
    before = text(one.stderr)
    one.refer()
    assert text(one.stderr) == before


def test_results_as_json() -> None:
    """With JSON, results are lines on stdout, and nothing else is there."""
    one = console(json=True)
    one.say("talk")
    one.script("printed by the build file")
    one.result("built", event="built", path="x")
    assert [json.loads(line) for line in text(one.stdout).splitlines()] == [
        {"event": "built", "path": "x"}
    ]
    assert json.loads(text(one.stderr))["text"] == "printed by the build file"
