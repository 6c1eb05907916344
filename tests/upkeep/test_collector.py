"""What a collection removes and what it leaves, also while builds run."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from oxidize.actions.kind import ActionContext
from oxidize.executor.in_use import CacheUse, using
from oxidize.graph.action import Output, SourceTree
from oxidize.signature import signature_of, wait_until_settled
from oxidize.upkeep.choice import Limits
from oxidize.upkeep.collector import Collected, Collector
from oxidize.upkeep.verifier import Verifier
from tests.executor.kinds import Join
from tests.executor.space import Space, action

DAY = 86_400


def collect(
    space: Space, size: int | None = None, age: float | None = None, *, dry: bool = False
) -> Collected:
    return Collector(space.cache, Limits(size, age), dry).collect()


def removed(collected: Collected) -> Mapping[str, int]:
    return {kind: each.entries for kind, each in collected.removed.items()}


def files(space: Space, kind: str) -> set[Path]:
    return {path for path in (space.cache / kind).rglob("*") if path.is_file()}


def aged(space: Space, days: float, *outs: Output) -> None:
    """Builds, and makes it look as if what the build used had last been used days ago."""
    before = files(space, "actions")
    space.build(*outs)
    for path in files(space, "actions") - before:
        when = path.stat().st_mtime - days * DAY
        os.utime(path, (when, when))


def tick(space: Space) -> None:
    """Waits until what is made from now on is newer than all that is there."""
    path = space.cache / "tick"
    path.touch()
    assert wait_until_settled(signature_of(path.stat()))
    path.unlink()


def test_age(space: Space) -> None:
    """What wasn't used for the age goes, with its contents; what was used stays."""
    old, new = action("join", tail="old"), action("join", tail="new")
    aged(space, 40, old)
    aged(space, 20, new)
    tick(space)
    assert removed(collect(space, age=30 * DAY)) == {"actions": 1, "blobs": 1}
    assert space.build(old, new).ran == 1


def test_use_is_noted(space: Space) -> None:
    """A build that only finds an old entry in the cache makes it new; one of today stays as is."""
    out = action("join", tail="x")
    aged(space, 40, out)
    space.build(out)
    (entry,) = files(space, "actions")
    before = entry.stat().st_mtime_ns
    tick(space)
    assert removed(collect(space, age=30 * DAY)) == {}
    assert space.build(out).ran == 0
    assert entry.stat().st_mtime_ns == before


def test_size(space: Space) -> None:
    """Until the rest fits, what wasn't used for longest goes first; shared contents count once."""
    text = "x" * 100_000
    outs = [action("join", space.write(str(n), text + str(n))) for n in range(4)]
    for n, out in enumerate(outs):
        aged(space, 10 - n, out)
    twin = action("join", action("join", space.write("text", text)), tail="3")
    aged(space, 1, twin)  # its content is that of outs[3]
    tick(space)
    collected = collect(space, size=350_000)
    assert removed(collected) == {"actions": 2, "blobs": 2}
    assert collected.size <= 350_000
    assert space.build(outs[2], outs[3], twin).ran == 0
    assert space.build(*outs[:2]).ran == 2


def test_trees_stay_whole(space: Space) -> None:
    """All files of a tree stay as long as an entry refers to it, and go with the last one; so do
    listings of sources, which tell what changed."""
    folder = Path(space.write("pkg/a", "text").path).parent
    tree = action("upper", SourceTree(str(folder)))
    aged(space, 1, tree)
    aged(space, 9, action("join", tail="TEXT"))  # shares the file's content
    tick(space)
    assert removed(collect(space, age=5 * DAY)) == {"actions": 1}
    assert space.deliver(lib=tree) == 1
    assert removed(collect(space, size=0))["blobs"] == 3
    assert files(space, "blobs") == set()


def test_dry(space: Space) -> None:
    """A dry run tells what would go and what would be left, and removes nothing."""
    aged(space, 9, action("join", tail="x"))
    tick(space)
    before = files(space, ".")
    would = collect(space, age=5 * DAY, dry=True)
    assert files(space, ".") == before | {space.cache / "in-use"}
    assert collect(space, age=5 * DAY) == would


def test_leftovers(space: Space) -> None:
    """What killed processes left goes, also without limits: contents that nothing refers to,
    half-written files, locks, folders of actions."""
    out = action("join", tail="x")
    space.build(out)
    space.store.put_bytes(b"nobody's")
    for name in ("blobs/aa/.oxidize-0123456789abcdef.tmp", "locks/abc", "scratch/12.lock"):
        path = space.cache / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    (space.cache / "scratch" / "34").mkdir()
    (space.cache / "removed-1").mkdir()
    tick(space)
    assert removed(collect(space)) == {"blobs": 1}
    assert list(space.cache.rglob(".oxidize-*")) == []
    assert list((space.cache / "locks").iterdir()) == []
    assert list((space.cache / "scratch").iterdir()) == []
    assert not (space.cache / "removed-1").exists()
    assert space.build(out).ran == 0


def test_in_use(space: Space) -> None:
    """While a command uses the cache, what was made since it began stays, and so do libraries and
    tools' caches; afterwards all that goes."""
    library = space.cache / "libraries" / "abc" / "rules.star"
    zig = space.cache / "tools" / "zig" / "o"
    for path in (library, zig):
        path.parent.mkdir(parents=True)
        path.write_text("")
    aged(space, 1, action("join", tail="before"))
    tick(space)
    with using(space.cache):
        space.build(action("join", tail="since"))
        space.store.put_bytes(b"of an action that runs")
        collected = collect(space, size=0)
        assert removed(collected) == {"actions": 1, "blobs": 1}
        assert collected.busy
        assert library.exists()
        assert zig.exists()
        assert space.build(action("join", tail="since")).ran == 0
    tick(space)
    later = collect(space, size=0)
    assert removed(later) == {"actions": 1, "blobs": 2, "libraries": 1, "tools/zig": 1}
    assert not later.busy
    assert not library.exists()


def test_during_builds(space: Space) -> None:
    """Builds are right while everything that they don't hold on to is removed all the time."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def loop() -> None:
        try:
            while not stop.is_set():
                collect(space, size=0)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=loop)
    thread.start()
    folder = Path(space.write("pkg/a", "text").path).parent
    try:
        for number in range(12):
            out = action("join", action("join", tail="common"), tail=str(number // 2))
            tree = action("upper", SourceTree(str(folder)))
            listed = action("folder", tree, code=f"print(open('a').read(), {number // 2})")
            with using(space.cache):
                result = space.build(out, listed)
                assert result.failures == ()
                space.deliver(out=out, listed=listed)
            assert (space.out / "out").read_text() == f"common{number // 2}"
            assert (space.out / "listed").read_text() == f"TEXT {number // 2}\n"
    finally:
        stop.set()
        thread.join()
    assert failures == []
    assert Verifier(space.cache).verify().dropped == ()


class Losing(Join):
    """Reads an input that something removes in the moment before."""

    mnemonic: ClassVar[str] = "losing"

    def run(self, context: ActionContext) -> None:
        if not (marker := Path(str(context.params["marker"]))).exists():
            marker.touch()
            context.input("in").unlink()
        super().run(context)


def test_input_vanishes(space: Space) -> None:
    """An input that vanishes while its action runs is made again, and nothing has failed."""
    space.kinds = {**space.kinds, "losing": Losing()}
    marker = str(space.root / "marker")
    out = action("losing", action("join", tail="x"), marker=marker)
    result = space.build(out)
    assert result.failures == ()
    assert result.ran == 2
    assert space.bytes(out, result) == b"x"


def test_since_when(space: Space) -> None:
    """The use begins with the first of those that use the cache now, and ends with the last."""
    with closing(CacheUse(space.cache)) as first, closing(CacheUse(space.cache)) as second:
        first.share()
        since = first.since
        tick(space)
        second.share()
        assert second.since == since
        assert not second.alone()
    with closing(CacheUse(space.cache)) as third:
        third.share()
        assert third.since > since
        assert third.alone()
