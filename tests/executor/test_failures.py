"""Failing actions: what is told, what still runs, and what is kept."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from oxidize.errors import (
    EnvironmentProblem,
    Frame,
    InternalError,
    Origin,
    OxidizeError,
    Span,
)
from oxidize.executor.events import ActionFailed, ActionFinished
from oxidize.graph.action import Action, SourceFile, SourceTree
from tests.executor.space import Space, action

NOISY = (
    "import sys, os; print('to stdout', os.environ.get('HOME')); print('to stderr' * 5000, "
    "file=sys.stderr); sys.exit(3)"
)


def test_output_is_shown_whole(space: Space) -> None:
    """A failed command's output is in the error, all of it."""
    (error,) = space.build(action("script", code=NOISY)).failures
    assert error.output.startswith("to stdout ")
    assert error.output.endswith("to stderr" * 5000 + "\n")
    assert "exit code 3" in error.diagnostic.message


def test_command_can_be_repeated(space: Space) -> None:
    """The error has a command line that does the same again."""
    (error,) = space.build(action("script", code=NOISY)).failures
    (note,) = error.diagnostic.notes
    command = note.partition(": ")[2]
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stdout + done.stderr == error.output


def test_signal_is_named(space: Space) -> None:
    """A command that a signal ends is told so."""
    code = "import os; os.kill(os.getpid(), 9)"
    (error,) = space.build(action("script", code=code)).failures
    assert "signal 9" in error.diagnostic.message


def test_missing_program(space: Space) -> None:
    """A program that doesn't exist is named."""
    kind = space.kinds["script"]
    run = {"run": lambda self, context: context.run(["/nowhere/cc", "-c"])}
    space.kinds = {"script": type("Missing", (type(kind),), run)()}
    (error,) = space.build(action("script")).failures
    assert "/nowhere/cc" in error.diagnostic.message


def test_origin_is_told(space: Space) -> None:
    """The error points to the call that declared the action, with its call stack."""
    span = Span("build.star", 3, 5, 3, 9)
    origin = Origin(span, (Frame("make", span),))
    failing = Action("refuse", "test", origin=origin)
    (error,) = space.build(failing.output("out")).failures
    assert error.diagnostic.span == span
    assert error.diagnostic.stack == origin.stack


@pytest.mark.parametrize("mnemonic", ["lacking", "lacking-late", "broken"])
def test_origin_of_other_errors_is_told(space: Space, mnemonic: str) -> None:
    """What a machine lacks, and a bug, is told at the call that declared the action, too."""
    span = Span("build.star", 3, 5, 3, 9)
    origin = Origin(span, (Frame("make", span),))
    with pytest.raises(OxidizeError) as caught:
        space.build(Action(mnemonic, "test", origin=origin).output("out"))
    assert isinstance(caught.value, EnvironmentProblem | InternalError)
    assert caught.value.diagnostic.span == span
    assert caught.value.diagnostic.stack == origin.stack


def test_missing_source(space: Space) -> None:
    """A source that isn't there is named."""
    (error,) = space.build(action("join", SourceFile(str(space.root / "none")))).failures
    assert str(space.root / "none") in error.diagnostic.message


def test_folder_loop(space: Space) -> None:
    """A link to a folder above itself is refused by name."""
    folder = Path(space.write("pkg/a", "1").path).parent
    (folder / "loop").symlink_to(folder)
    (error,) = space.build(action("upper", SourceTree(str(folder)))).failures
    assert str(folder / "loop") in error.diagnostic.message


def test_source_changed_meanwhile(space: Space) -> None:
    """A source that changes while it is read fails the action and leaves nothing in the cache."""
    source = space.write("a", "abc")
    out = action("meddle", source)
    (error,) = space.build(out).failures
    assert error.diagnostic.code == "OX0406"
    assert source.path in error.diagnostic.message
    assert space.build(out).ran == 0


def test_bug_in_a_kind(space: Space) -> None:
    """An exception that no action should raise is a bug of ours that names the action."""
    with pytest.raises(InternalError, match=r"broken.*ZeroDivisionError"):
        space.build(action("broken"))


def test_forgotten_output(space: Space) -> None:
    """An action that doesn't write what it promised is a bug of ours."""
    with pytest.raises(InternalError, match="'out'"):
        space.build(action("forget"))


def test_without_keep_going(space: Space) -> None:
    """After a failure nothing new starts."""
    bad = action("refuse")
    after = action("join", bad)
    others = [action("join", space.write(str(n), str(n))) for n in range(5)]
    result = space.build(bad, after, *others, jobs=1)
    assert len(result.failures) == 1
    assert result.ran == 0


def test_keep_going(space: Space) -> None:
    """With keep-going, everything runs that doesn't need what failed."""
    bad, worse = action("refuse", what="a"), action("refuse", what="b")
    after = action("join", bad)
    others = [action("join", space.write(str(n), str(n))) for n in range(5)]
    result = space.build(bad, worse, after, *others, keep_going=True)
    assert len(result.failures) == 2
    assert result.ran == 5
    with pytest.raises(KeyError):
        result.built(after)


def test_same_failure_is_told_once(space: Space) -> None:
    """Equal actions fail together, once."""
    result = space.build(*(action("refuse") for _ in range(3)), jobs=3, keep_going=True)
    assert len(result.failures) == 1


def test_the_same_failure_later_is_told_once(space: Space) -> None:
    """An action that equals one that failed before isn't run again in the same build."""
    text, log = space.write("a", "1"), space.root / "log"
    failing = {"code": f"open({str(log)!r}, 'a').write('ran '); raise SystemExit(1)"}
    early = action("script", action("join", text), **failing)
    # Those that wait for it make it urgent; the other one has to wait for two more actions.
    waiting = action("join", action("join", action("join", early)))
    late = action("script", action("join", action("join", text, n=1), n=2), **failing)
    result = space.build(waiting, late, jobs=1, keep_going=True)
    assert len(result.failures) == 1
    assert log.read_text() == "ran "


def test_a_problem_of_several_actions_is_told_once(space: Space) -> None:
    """Different actions that fail for the same reason are one problem, with a note of each."""
    spans = [Span("build.star", line, 1, line, 9) for line in (3, 5)]
    actions = [
        Action("refuse", "test", {"number": span.line}, origin=Origin(span)) for span in spans
    ]
    result = space.build(*(each.output("out") for each in actions), keep_going=True)
    (error,) = result.failures
    (note,) = error.diagnostic.notes
    assert {error.diagnostic.span, note} in (
        {spans[0], "the same in build.star, line 5"},
        {spans[1], "the same in build.star, line 3"},
    )


def test_failures_are_not_cached(space: Space) -> None:
    """What failed is tried again."""
    code = "import sys, os; sys.exit(not os.path.exists(sys.argv[2] + '.ok')) if not "
    code += "os.path.exists(sys.argv[2] + '.ok') else open(sys.argv[1], 'w').close()"
    source = space.write("a", "1")
    out = action("script", source, code=code)
    assert space.build(out).failures
    Path(source.path + ".ok").touch()
    assert space.build(out).ran == 1


def test_events(space: Space) -> None:
    """Each action ends in one event."""
    space.build(action("refuse"), action("join", space.write("a", "1")), keep_going=True)
    ended = [event for event in space.events if isinstance(event, ActionFinished | ActionFailed)]
    assert {(type(event).__name__, event.mnemonic) for event in ended} == {
        ("ActionFailed", "refuse"),
        ("ActionFinished", "join"),
    }
    assert len(ended) == 2


def test_scrubbed_environment(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands see no variable of the user's but PATH, and a home of their own."""
    monkeypatch.setenv("SECRET", "1")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    code = "import sys, os, json; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"
    out = action("script", code=code)
    text = space.bytes(out, space.build(out)).decode()
    assert "SECRET" not in text
    assert '"TZ": "UTC"' in text
    assert '"LC_ALL": "C.UTF-8"' in text
    assert f'"HOME": "{space.cache}' in text


def test_scratch_is_removed(space: Space) -> None:
    """A build leaves no scratch folder, but the ones of failed actions until the next build."""
    space.build(action("join", space.write("a", "1")))
    assert list((space.cache / "scratch").iterdir()) == []
    space.build(action("script", code=NOISY))
    assert list((space.cache / "scratch").iterdir()) != []
    space.build(action("join", space.write("a", "2")))
    assert list((space.cache / "scratch").iterdir()) == []


def test_full_disk_of_a_command(space: Space) -> None:
    """A command that says that the disk is full gets the advice for it."""
    code = "import os; raise OSError(28, os.strerror(28))"
    (error,) = space.build(action("script", code=code)).failures
    assert "No space left on device" in error.output
    assert error.diagnostic.help
    assert "oxidize cache gc" in error.diagnostic.help
