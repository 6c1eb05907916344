"""`oxidize log`: what the last build did."""

from __future__ import annotations

import json
import signal
import subprocess

import pytest

from oxidize.cli.build_log import BuildLog
from oxidize.cli.main import main
from oxidize.cli.scope import Scope
from oxidize.executor.events import ActionFinished, ActionStarted, BuildStarted
from oxidize.executor.plan import Plan
from tests.cli.watched import Watched
from tests.executor.space import action
from tests.starlark.project import TRIPLE

Output = pytest.CaptureFixture[str]


def log(capsys: Output, *arguments: str) -> str:
    assert main(["log", "--path", ".", *arguments]) == 0
    return capsys.readouterr().out


def test_what_ran(watched: Watched, capsys: Output) -> None:
    """All that ran is told, and how many actions were cached; after the next build, of that."""
    inner = action("join", watched.space.write("a", "1"))
    watched.build(inner)
    watched.build(action("strip", inner))
    text = log(capsys)
    assert "\n1 ran, 1 cached, 0 failed\n" in text
    assert log(capsys, "ran").split()[1:] == ["s", "strip"]
    watched.build(inner)
    assert "\n0 ran, 1 cached, 0 failed\n" in log(capsys)
    assert log(capsys, "ran") == "\n"


def test_what_failed(watched: Watched, capsys: Output) -> None:
    """A failure is told as it was then: all output, and the command that repeats it."""
    code = "print('line ' * 3); raise SystemExit(3)"
    watched.build(action("script", code=code), action("join"))
    text = log(capsys, "failed")
    assert "line line line" in text
    (note,) = (line for line in text.splitlines() if line.startswith("note: to repeat it"))
    done = subprocess.run(note.partition("next build: ")[2], shell=True, check=False)
    assert done.returncode == 3
    assert "1 ran, 0 cached, 1 failed" in log(capsys)


def test_critical_path(watched: Watched, capsys: Output) -> None:
    """The critical path is the chain that took longest, also through what was cached."""
    now = 0.0
    slow, short = action("slow"), action("short")
    between = action("between", slow)
    plan = Plan.of([action("last", between, action("next", short))])
    took = {"slow": 4.0, "short": 2.0, "next": 1.0, "last": 1.0}
    with BuildLog(Scope("build", watched.space.root, (), TRIPLE, "debug"), lambda: now) as hears:
        hears(BuildStarted(len(plan.actions), plan))
        for number, each in enumerate(plan.actions):
            about = (number, each.mnemonic, each.label)
            if seconds := took.get(each.label):
                hears(ActionStarted(*about))
                now += seconds
                hears(ActionFinished(*about, "ran", seconds))
            else:
                hears(ActionFinished(*about, "cached"))
    lines = log(capsys, "critical-path").splitlines()
    assert lines == ["     4.0 s  slow", "     1.0 s  last", "     5.0 s  of 8.0 s"]
    assert "\n4 ran, 1 cached, 0 failed\n" in log(capsys)


def test_interrupted(watched: Watched, capsys: Output) -> None:
    """Of a build that broke off, it is told what was running and why it ended."""
    with pytest.raises(Exception, match="the tool is missing"):
        watched.build(action("lacking-late"))
    text = log(capsys)
    assert ": ended by an error after " in text
    assert "lacking-late (stopped)" in text
    assert "error[OX0721]: the tool is missing" in text


def test_stopped(watched: Watched, capsys: Output) -> None:
    """Ctrl-C leaves a log, and ends the events and the profile as they should."""
    stop = {"run": lambda self, context: signal.raise_signal(signal.SIGINT)}
    kinds = watched.space.kinds
    watched.space.kinds = {**kinds, "stop": type("Stop", (type(kinds["forget"]),), stop)()}
    profile = watched.space.root / "trace"
    with pytest.raises(KeyboardInterrupt):
        watched.build(action("stop"), events="-", profile=profile)
    text = log(capsys)
    assert ": stopped after " in text
    assert "stop (stopped)" in text
    assert json.loads(watched.out.getvalue().splitlines()[-1])["outcome"] == "stopped"
    hows = [row["args"].get("how") for row in json.loads(profile.read_text())["traceEvents"]]
    assert "stopped" in hows


def test_no_build(watched: Watched, capsys: Output) -> None:
    """Before the first build, there is nothing to tell."""
    assert main(["log", "--path", "."]) == 2
    assert "error[OX0840]: there was no build of" in capsys.readouterr().err
