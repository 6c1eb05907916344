"""Why actions run: what is told of those that aren't taken from the cache."""

from __future__ import annotations

import shutil
from pathlib import Path

from oxidize.executor.events import ActionStarted
from oxidize.executor.why import Change, FileChange, Why
from oxidize.graph.action import Artifact, SourceTree
from oxidize.graph.digest import Digest
from tests.executor.space import Space, action


def whys(space: Space, *artifacts: Artifact) -> dict[str, Why | None]:
    """By label, of what a build runs."""
    space.events.clear()
    space.build(*artifacts, keep_going=True)
    started = [event for event in space.events if isinstance(event, ActionStarted)]
    return {event.label: event.why for event in started}


def digest(text: str) -> str:
    return str(Digest.of(text.encode()))


def test_new_action(space: Space) -> None:
    """An action that no build of the project had is new."""
    assert whys(space, action("join", space.write("a", "1"))) == {"join": Why("new")}


def test_other_parameter(space: Space) -> None:
    """A parameter is told with its old and its new value; of a dictionary, what differs in it."""
    settings = {"same": 1, "level": 1, "gone": True}
    whys(space, action("join", settings=settings, tail="x"))
    settings = {"same": 1, "level": 2, "came": 0}
    (why,) = whys(space, action("join", settings=settings, more=1)).values()
    assert why == Why(
        "changed",
        (
            Change("param more", None, "1"),
            Change("param settings.came", None, "0"),
            Change("param settings.gone", "true", None),
            Change("param settings.level", "1", "2"),
            Change("param tail", '"x"', None),
        ),
    )


def test_other_input(space: Space) -> None:
    """A source is told by its path, and what an action made by that action's label."""
    out = action("strip", action("join", space.write("a", "1")))
    whys(space, out)
    source = space.write("a", "2")
    old, new = digest("1"), digest("2")
    assert whys(space, out) == {
        "join": Why("changed", (Change("input in", old, new, source.path),)),
        "strip": Why("changed", (Change("input in", old, new, "join"),)),
    }


def test_inputs_of_one_role(space: Space) -> None:
    """Of many inputs, those are told that came, went or changed places, and no others."""
    one, two, three = (space.write(name, name) for name in ("one", "two", "three"))
    whys(space, action("join", one, two))
    assert whys(space, action("join", three, one, two)) == {
        "join": Why("changed", (Change("input in", None, digest("three"), three.path),))
    }
    assert whys(space, action("join", one)) == {
        "join": Why(
            "changed",
            (
                Change("input in", digest("three"), None),
                Change("input in", digest("two"), None),
            ),
        )
    }
    whys(space, action("join", one, two))
    both = (f"{digest('one')} {digest('two')}", f"{digest('two')} {digest('one')}")
    (why,) = whys(space, action("join", two, one)).values()
    assert why == Why("changed", (Change("input in", *both),))


def test_files_of_trees(space: Space) -> None:
    """Of a tree, source or built, the files are told that came, went or are others now."""
    folder = Path(space.write("pkg/edited", "1").path).parent
    for name in ("same", "gone", "mode"):
        space.write(f"pkg/{name}", name)
    out = action("upper", action("upper", SourceTree(str(folder)), first=True))
    space.build(out)
    space.write("pkg/edited", "2")
    space.write("pkg/new", "")
    (folder / "gone").unlink()
    (folder / "mode").chmod(0o755)
    space.events.clear()
    space.build(out)
    found = [
        (change.name, change.files)
        for event in space.events
        if isinstance(event, ActionStarted) and event.why
        for change in event.why.changes
    ]
    files = (
        FileChange("edited", "changed"),
        FileChange("gone", "removed"),
        FileChange("mode", "changed"),
        FileChange("new", "added"),
    )
    assert found == [(str(folder), files), ("upper", files)]


def test_found_inputs(space: Space) -> None:
    """Inputs that an action finds by itself are told like declared ones."""
    found = space.write("found", "1")
    out = action("listing", space.write("names", found.path), role="names")
    whys(space, out)
    space.write("found", "2")
    change = Change("input named", digest("1"), digest("2"), found.path)
    assert whys(space, out) == {"listing": Why("changed", (change,))}


def test_tools_and_versions(space: Space) -> None:
    """A new version of a tool, or of the kind of action itself, is told."""
    whys(space, action("join"))
    new = {"version": 2, "tools": lambda self: {"cc": "2"}}
    space.kinds = {"join": type("Newer", (type(space.kinds["join"]),), new)()}
    assert whys(space, action("join")) == {
        "join": Why("changed", (Change("action", "join/1", "join/2"), Change("tool cc", None, "2")))
    }


def test_result_that_is_gone(space: Space) -> None:
    """The same action runs again when its result, or all that was known of it, is gone."""
    out = action("join", space.write("a", "1"))
    space.build(out)
    space.store.path(Digest.of(b"1")).unlink()
    assert whys(space, out) == {"join": Why("gone")}
    shutil.rmtree(space.cache / "actions")
    assert whys(space, out) == {"join": Why("gone")}


def test_forgotten_key(space: Space) -> None:
    """If the cache doesn't know any more what the action was before, that is said."""
    out = action("join", space.write("a", "1"))
    space.build(out)
    shutil.rmtree(space.cache / "actions")
    space.write("a", "2")
    assert whys(space, out) == {"join": Why("forgotten")}


def test_the_last_build_counts(space: Space) -> None:
    """What is compared is the last build, also when that found all in the cache."""
    source = space.write("a", "1")
    whys(space, action("join", source, tail="x"))
    whys(space, action("join", source, tail="y"))
    assert whys(space, action("join", source, tail="x")) == {}
    assert whys(space, action("join", source, tail="z")) == {
        "join": Why("changed", (Change("param tail", '"x"', '"z"'),))
    }


def test_actions_that_were_not_built_stay_known(space: Space) -> None:
    """Failed builds, and builds of something else, leave known what an action was."""
    source = space.write("a", "1")
    whys(space, action("join", source))
    whys(space, action("strip", source))
    whys(space, action("join", action("refuse")))
    space.write("a", "2")
    change = Change("input in", digest("1"), digest("2"), source.path)
    assert whys(space, action("join", source), action("refuse")) == {
        "join": Why("changed", (change,)),
        "refuse": Why("new"),
    }


def test_equal_labels(space: Space) -> None:
    """Actions with one label are told apart by their order."""
    one, two = space.write("a", "1"), space.write("b", "2")
    whys(space, action("join", one), action("join", two))
    space.write("b", "3")
    change = Change("input in", digest("2"), digest("3"), two.path)
    assert whys(space, action("join", one), action("join", two)) == {
        "join": Why("changed", (change,))
    }
