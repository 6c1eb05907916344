"""--events: what happens, as lines of JSON."""

from __future__ import annotations

import errno
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from oxidize.errors import EnvironmentProblem
from oxidize.graph.digest import Digest
from tests.cli.watched import Watched
from tests.executor.space import action

PAGE = Path(__file__).parents[2] / "docs" / "events.md"


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def named(found: list[dict[str, Any]], event: str) -> list[dict[str, Any]]:
    return [row for row in found if row["event"] == event]


def test_lines(watched: Watched) -> None:
    """The graph comes first, then how each action ended, then the whole."""
    inner = action("join", watched.space.write("a", "1"))
    outer = action("strip", inner)
    watched.build(inner, events="-")
    watched.out.truncate(0)
    watched.build(outer, action("refuse"), events="-")
    found = rows(watched.out.getvalue().lstrip("\0"))
    assert [found[0]["event"], found[-1]["event"]] == ["started", "finished"]
    assert found[0]["format"] == 1
    assert found[-1]["outcome"] == "failed"
    times = [row["time"] for row in found]
    assert times == sorted(times)
    ids = {row["mnemonic"]: row["id"] for row in named(found, "action")}
    parents = {row["id"]: row["parents"] for row in named(found, "action")}
    assert parents == {ids["join"]: [], ids["strip"]: [ids["join"]], ids["refuse"]: []}
    ended = {row["id"]: row for row in named(found, "action-finished")}
    assert {id_: row["how"] for id_, row in ended.items()} == {
        ids["join"]: "cached",
        ids["strip"]: "ran",
    }
    assert ended[ids["strip"]]["outputs"] == {
        "out": {"digest": str(Digest.of(b"1")), "form": "file", "executable": False}
    }
    (failed,) = named(found, "action-failed")
    assert (failed["id"], failed["error"]["code"]) == (ids["refuse"], "OX0401")
    started = {row["id"]: row["why"]["kind"] for row in named(found, "action-started")}
    assert started == {ids["strip"]: "new", ids["refuse"]: "new"}


def test_all_keys_are_documented(watched: Watched) -> None:
    """docs/events.md has a section for each event, with exactly its keys."""
    pages = dict(re.findall(r"^## `([\w-]+)`$(.*?)(?=^## )", PAGE.read_text(), re.M | re.S))
    watched.build(action("join"), action("refuse"), events="-")
    found = rows(watched.out.getvalue())
    assert {row["event"] for row in found} == pages.keys() - {"action-postponed"}
    for row in found:
        keys = set(
            re.findall(r"`(\w+)`", " ".join(re.findall(r"^\|([^|]*)", pages[row["event"]], re.M)))
        )
        optional = {"error"} if row["event"] == "finished" else set()
        assert row.keys() - {"event", "time"} == keys - optional, row["event"]


def test_written_as_it_happens(watched: Watched) -> None:
    """Whoever reads the file sees each event before the next action runs."""
    path = watched.space.root / "events"
    code = f"import sys, shutil; shutil.copy({str(path)!r}, sys.argv[1])"
    out = action("script", code=code)
    result = watched.build(out, events=str(path))
    assert rows(watched.space.bytes(out, result).decode())[-1]["event"] == "action-started"
    assert rows(path.read_text())[-1]["event"] == "finished"


def test_same_action_in_two_graphs(watched: Watched) -> None:
    """Damage makes an action run again; its events end with the one that counts."""
    names = action("join", watched.space.write("a", "x"))
    out = action("strip", names)
    watched.build(names)
    path = watched.space.store.path(Digest.of(b"x"))
    path.chmod(0o600)
    path.write_text("y")
    watched.build(out, events="-")
    found = rows(watched.out.getvalue())
    (postponed,) = named(found, "action-postponed")
    ended = [(row["id"], row["how"]) for row in named(found, "action-finished")]
    assert ended[-1] == (postponed["id"], "ran")
    assert len(named(found, "action")) == 2


def test_full_disk(watched: Watched) -> None:
    """When nothing more can be written, that is told once, and the build goes on."""

    class Full(io.StringIO):
        def write(self, text: str) -> int:
            if "build-started" in text:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(text)

    watched.out = Full()
    result = watched.build(action("join", watched.space.write("a", "1")), events="-")
    assert (result.ran, result.failures) == (1, ())
    assert watched.told.getvalue().count("no more events can be written: No space left") == 1
    assert len(watched.out.getvalue().splitlines()) == 1


def test_full_device(watched: Watched) -> None:
    """The same is true of files."""
    assert not watched.build(action("join"), events="/dev/full").failures
    assert "No space left" in watched.told.getvalue()


def test_no_such_folder(watched: Watched) -> None:
    """A file that can't be made is refused before anything is built."""
    with pytest.raises(EnvironmentProblem, match="none/events"):
        watched.build(action("join"), events="none/events")
    assert not (watched.space.cache / "actions").exists()
