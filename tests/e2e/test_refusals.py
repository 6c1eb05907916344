"""Ordinary input that can't be packaged: what is told, and with which exit code."""

from __future__ import annotations

import os

from tests.e2e.space import REPOSITORY, Space

HELLO = REPOSITORY / "samples" / "hello"


def test_file_name_that_is_not_utf8(space: Space) -> None:
    """A data file whose name isn't UTF-8 fails the build by name, at the call that added it."""
    space.copy(HELLO)
    with open(os.fsencode(space.root / "hello") + b"/\xff.txt", "w"):  # noqa: PTH123
        pass
    done = space.oxidize("build")
    assert done.returncode == 1
    assert r"error[OX0414]: the name of hello/\xff.txt isn't UTF-8" in done.stderr
    assert "build.star:7" in done.stderr
