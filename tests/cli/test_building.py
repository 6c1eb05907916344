"""Building targets and telling what came of it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from oxidize.cli.build import _tell as tell
from oxidize.cli.building import build_targets, tell_failures
from oxidize.cli.console import Console
from oxidize.graph.target import TargetOutputs
from tests.executor.space import Space, action


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Space:
    monkeypatch.chdir(tmp_path)
    return Space(tmp_path)


def build(space: Space, *, as_json: bool = False, **targets: TargetOutputs) -> list[str]:
    """The lines that are told."""
    stdout, stderr = io.StringIO(), io.StringIO()
    console = Console(stdout, stderr, json=as_json)
    folders = {name: space.out / name for name in targets}
    built = build_targets(targets, folders, space.executor(keep_going=True))
    if built.result.failures:
        tell_failures(built.result, console)
    else:
        tell(targets, built, console)
    return (stdout if as_json else stderr).getvalue().splitlines()


def app(space: Space) -> TargetOutputs:
    return TargetOutputs({"app": action("join", space.write("a", "1"))}, program="app")


def test_closing_line(space: Space) -> None:
    """The last line says what was built, where it is, and how much had to run."""
    (line,) = build(space, app=app(space))
    assert line.startswith("built app: out/app/app (1 ran, 0 cached, ")
    assert (space.out / "app" / "app").read_text() == "1"


def test_up_to_date(space: Space) -> None:
    """When nothing ran and nothing was written, the line says so; a removed output is written."""
    build(space, app=app(space))
    assert build(space, app=app(space)) == ["app is up to date: out/app/app"]
    (space.out / "app" / "app").unlink()
    (line,) = build(space, app=app(space))
    assert line.startswith("built app: out/app/app (0 ran, 1 cached, ")


def test_several_targets(space: Space) -> None:
    """Each target has its line; one of several files is told by its folder."""
    one = action("join", space.write("a", "1"))
    lines = build(space, app=app(space), both=TargetOutputs({"x": one, "y": one}))
    assert [line.partition(" (")[0] for line in lines] == [
        "built app: out/app/app",
        "built both: out/both",
    ]


def test_as_json(space: Space) -> None:
    """For programs, the same is one JSON object per target."""
    (line,) = build(space, as_json=True, app=app(space))
    row = json.loads(line)
    assert row.pop("seconds") >= 0
    assert row == {
        "event": "built",
        "target": "app",
        "path": str(space.out / "app" / "app"),
        "files": ["app"],
        "ran": 1,
        "cached": 0,
        "written": 1,
    }


def test_failures(space: Space) -> None:
    """Every failure is told, and nothing is written."""
    bad = TargetOutputs({"x": action("refuse", what="this"), "y": action("refuse", what="that")})
    lines = build(space, app=app(space), bad=bad)
    assert {line for line in lines if line.startswith("error")} == {
        "error[OX0401]: refused this",
        "error[OX0401]: refused that",
    }
    assert lines[-1].startswith("2 actions failed (1 ran, ")
    assert not space.out.exists()
