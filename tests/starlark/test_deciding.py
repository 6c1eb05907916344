"""Functions of the build file that decide on resources, as far as analysis shows them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from oxidize.graph.action import Action, Output
from tests.starlark.project import Project

BUILD = """
    listed = glob(["*.txt"]).paths()

    def make():
        dist = default_python_distribution()
        exe = dist.to_python_executable("app")
        inner = glob(["inner/*"]).paths()
        runnable = FileContent("tool.sh").executable
        keep = lambda resource: bool(listed and inner and runnable)
        exe.add_python_resources(exe.make_python_module_source("part", "").filter(keep))
        return exe

    def other():
        return FileManifest() if glob(["other/*"]).paths() else None

    register_target("app", make)
    register_target("other", other)
"""


def _decide(project: Project, *targets: str) -> Action:
    """The one action that calls the function."""
    outputs = project.load(BUILD).analyze(targets)["app"].files.values()
    (action,) = (each for each in _actions(outputs) if each.mnemonic == "decide")
    return action


def _actions(artifacts: object) -> Iterator[Action]:
    seen: set[Action] = set()
    waiting = list(artifacts)  # type: ignore[call-overload]
    while waiting:
        artifact = waiting.pop()
        if isinstance(artifact, Output) and artifact.action not in seen:
            seen.add(artifact.action)
            yield artifact.action
            waiting += [each for inputs in artifact.action.inputs.values() for each in inputs]


@pytest.fixture
def listing(project: Project) -> Project:
    """A project whose build file looks at files."""
    for name in ("a.txt", "inner/a", "other/a", "tool.sh"):
        project.write(name)
    return project


@pytest.mark.parametrize("change", ["b.txt", "inner/b", "mode"])
def test_what_a_function_was_told_is_part_of_the_key(listing: Project, change: str) -> None:
    """A function that closes over what the build file saw of the disk is asked again when that
    changes."""
    before = _decide(listing, "app").params
    assert _decide(listing, "app").params == before
    if change == "mode":
        (listing.folder / "tool.sh").chmod(0o755)
    else:
        listing.write(change)
    assert _decide(listing, "app").params != before


def test_what_other_targets_were_told_is_no_part_of_it(listing: Project) -> None:
    """Building more targets, or other ones changing, asks no function again."""
    before = _decide(listing, "app").params
    assert _decide(listing, "app", "other").params == before
    listing.write("other/b")
    assert _decide(listing, "app", "other").params == before
