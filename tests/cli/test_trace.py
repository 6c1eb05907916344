"""--profile: a trace that Chrome and Perfetto read."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from oxidize.cli.main import main
from tests.cli.watched import Watched
from tests.executor.space import action
from tests.starlark.project import Project


def spans(path: Path) -> list[dict[str, Any]]:
    """What the trace format says of complete events holds for all of them."""
    document = json.loads(path.read_text())
    found = [row for row in document["traceEvents"] if row["ph"] == "X"]
    lanes = {row["tid"] for row in document["traceEvents"] if row["name"] == "thread_name"}
    for row in found:
        assert {"name", "cat", "ph", "ts", "dur", "pid", "tid", "args"} == row.keys()
        assert isinstance(row["ts"], int)
        assert isinstance(row["dur"], int)
        assert min(row["ts"], row["dur"]) >= 0
        assert row["tid"] in lanes
    assert {row["ph"] for row in document["traceEvents"]} == {"X", "M"}
    return found


def test_spans(watched: Watched) -> None:
    """What ran or failed has a span, what was cached has none; a worker has one at a time."""
    cached = action("join", watched.space.write("a", "1"))
    watched.build(cached)
    path = watched.space.root / "trace.json"
    many = [action("script", code="import sys; open(sys.argv[1], 'w')", n=n) for n in range(6)]
    watched.build(cached, *many, action("refuse"), profile=path)
    found = spans(path)
    kinds = sorted(row["cat"] for row in found)
    assert kinds == ["build", "refuse", *["script"] * 6]
    (whole,) = (row for row in found if row["cat"] == "build")
    assert whole["args"] == {"ran": 6, "cached": 1, "failed": 1}
    lanes = {row["tid"] for row in found if row is not whole}
    assert lanes <= {1, 2}
    for lane in lanes:
        one = sorted((r["ts"], r["ts"] + r["dur"]) for r in found if r["tid"] == lane)
        assert all(end <= start for (_, end), (start, _) in pairwise(one))


def test_phases(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load and analysis have spans, before the build's and one after the other."""
    monkeypatch.setenv("OXIDIZE_CACHE_DIR", str(project.folder / "cache"))
    monkeypatch.chdir(project.folder)
    project.write(
        "build.star",
        """
        def make():
            files = FileManifest()
            files.add_file(FileContent(filename = "notes", content = "text"))
            return files
        register_target("notes", make)
        """,
    )
    assert main(["build", "-q", "--profile", "trace.json"]) == 0
    found = [row for row in spans(Path("trace.json")) if row["cat"] in ("phase", "build")]
    assert [row["name"] for row in found] == ["load", "analyze", "build"]
    assert all(row["dur"] > 0 for row in found)
    assert found[0]["ts"] == 0
    assert all(one["ts"] + one["dur"] <= other["ts"] for one, other in pairwise(found))


def test_full_disk(watched: Watched) -> None:
    """A trace that can't be written is told, and the build is as good."""
    (watched.space.root / "file").write_text("")
    assert not watched.build(action("join"), profile=watched.space.root / "file" / "x").failures
    assert "the profile can't be written" in watched.told.getvalue()
