"""Did you mean."""

from __future__ import annotations

import pytest

from oxidize.suggest import choice, did_you_mean, distance, nearest


@pytest.mark.parametrize(
    ("left", "right", "steps"),
    [("", "", 0), ("a", "", 1), ("name", "naem", 1), ("kitten", "sitting", 3), ("ab", "ba", 1)],
)
def test_distance(left: str, right: str, steps: int) -> None:
    """Each insertion, deletion, replacement and swap of neighbours counts one."""
    assert distance(left, right) == distance(right, left) == steps


def test_nearest() -> None:
    """The most similar name is suggested, and none that is too different."""
    known = ["packages", "path", "name"]
    assert nearest("packges", known) == "packages"
    assert nearest("NAME", known) == "name"
    assert nearest("version", known) is None
    assert did_you_mean("pth", known) == 'did you mean "path"?'


def test_choice() -> None:
    """Alternatives read as a phrase."""
    assert choice(["a"]) == '"a"'
    assert choice(["a", "b", "c"]) == '"a", "b" or "c"'
