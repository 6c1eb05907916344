"""The preview of a build: what would run, with nothing run and nothing written."""

from __future__ import annotations

from pathlib import Path

from oxidize.executor.why import Why
from oxidize.graph.action import Artifact, SourceFile, SourceTree
from oxidize.graph.digest import Digest
from tests.executor.space import Space, action


def runs(space: Space, *artifacts: Artifact) -> list[tuple[str, bool]]:
    """Labels of what would (True) and may (False) run."""
    seen = space.executor().preview(artifacts)
    return [(each.label, each.why is not None) for each in seen.runs]


def test_what_would_and_may_run(space: Space) -> None:
    """What can be decided would run; what waits for that may run; the rest is cached."""
    early = action("join", space.write("a", "1"))
    late = action("strip", early)
    other = action("upper", SourceTree(str(Path(space.write("pkg/a", "1").path).parent)))
    space.build(early, other)
    assert runs(space, late, other) == [("strip", True)]
    space.write("a", "2")
    assert runs(space, late, other) == [("join", True), ("strip", False)]
    seen = space.executor().preview([late, other])
    assert (seen.result.cached, seen.result.failures) == (1, ())
    assert seen.runs[0].why
    assert seen.runs[0].why.kind == "changed"


def test_equal_actions(space: Space) -> None:
    """Of equal actions, one would run."""
    source = space.write("a", "1")
    assert runs(space, action("join", source), action("join", source)) == [("join", True)]


def test_certain_failure(space: Space) -> None:
    """A source that isn't there is told, and what needs it would not run."""
    out = action("strip", action("join", SourceFile(str(space.root / "none"))))
    seen = space.executor().preview([out, action("join", space.write("a", "1"))])
    assert [error.diagnostic.code for error in seen.result.failures] == ["OX0403"]
    assert [each.label for each in seen.runs] == ["join"]


def test_source_that_will_change(space: Space) -> None:
    """What reads a source that is about to change may run, whatever the source is now."""
    missing = SourceFile(str(space.root / "lock"))
    seen = space.executor().preview([action("join", missing)], {missing})
    assert [(each.label, each.why) for each in seen.runs] == [("join", None)]


def test_damage(space: Space) -> None:
    """What made something that is damaged would run, if that is seen to be needed."""
    names = action("join", space.write("a", ""))
    out = action("listing", names, role="names")
    space.build(out)
    path = space.store.path(Digest.of(b""))
    path.chmod(0o600)
    path.unlink()
    assert runs(space, out) == [("join", True), ("listing", False)]
    assert space.executor().preview([out]).runs[0].why == Why("gone")
