"""Building targets and telling what came of it."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from oxidize.cli.build import tell
from oxidize.cli.building import build_targets
from oxidize.cli.console import Console
from oxidize.graph.action import SourceFile
from oxidize.graph.digest import Digest
from oxidize.graph.target import TargetOutputs
from tests.executor.space import Space, action


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Space:
    monkeypatch.chdir(tmp_path)
    return Space(tmp_path)


def build(
    space: Space, *, as_json: bool = False, keep_going: bool = False, **targets: TargetOutputs
) -> list[str]:
    """The lines that are told."""
    stdout, stderr = io.StringIO(), io.StringIO()
    console = Console(stdout, stderr, json=as_json)
    folders = {name: space.out / name for name in targets}
    built = build_targets(targets, folders, space.executor(keep_going=keep_going))
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


def bad() -> TargetOutputs:
    return TargetOutputs({"x": action("refuse", what="this"), "y": action("refuse", what="that")})


def test_failures(space: Space) -> None:
    """A failure is told, and nothing is written."""
    lines = build(space, app=app(space), bad=bad())
    assert any(line.startswith("error[OX0401]: refused th") for line in lines)
    assert "actions failed (" in lines[-1] or "action failed (" in lines[-1]
    assert not space.out.exists()


def test_keep_going(space: Space) -> None:
    """With --keep-going, every failure is told, and targets that it doesn't concern are written."""
    space.write("source", "as it is")
    plain = TargetOutputs({"source": SourceFile(str(space.root / "src" / "source"))})
    lines = build(space, keep_going=True, app=app(space), bad=bad(), plain=plain)
    assert lines[0].startswith("built app: out/app/app (1 ran, ")
    assert lines[1] == "bad was not built"
    assert lines[2].startswith("built plain: out/plain/source (1 ran, ")
    assert {line for line in lines if line.startswith("error")} == {
        "error[OX0401]: refused this",
        "error[OX0401]: refused that",
    }
    assert lines[-1].startswith("2 actions failed (1 ran, ")
    assert sorted(path.name for path in space.out.iterdir()) == ["app", "plain"]


def test_keep_going_as_json(space: Space) -> None:
    """For programs, a target that wasn't built has its own event."""
    lines = build(space, as_json=True, keep_going=True, app=app(space), bad=bad())
    assert [(row["event"], row["target"]) for row in map(json.loads, lines)] == [
        ("built", "app"),
        ("not-built", "bad"),
    ]


def test_keep_going_with_damage(space: Space) -> None:
    """Damage that shows when targets are written is mended, for each of them."""
    two = TargetOutputs({"two": action("join", space.write("b", "2"))})
    build(space, keep_going=True, app=app(space), two=two)
    for text in (b"1", b"2"):
        path = space.store.path(Digest.of(text))
        path.chmod(0o600)
        path.write_text("x")
    shutil.rmtree(space.out)
    build(space, keep_going=True, app=app(space), two=two, bad=bad())
    assert (space.out / "app" / "app").read_text() == "1"
    assert (space.out / "two" / "two").read_text() == "2"
