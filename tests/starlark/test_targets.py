"""Dependencies of targets: what is checked of them, however many there are."""

from __future__ import annotations

import pytest

from oxidize.errors import BuildFileError
from oxidize.starlark.targets import TargetInfo, check_depends

DEEP = 10_000


def chain(length: int, *, last: tuple[str, ...] = ()) -> list[TargetInfo]:
    """Each target depends on the next one, in two ways; the last one on what is told."""
    names = [f"t{number}" for number in range(length)]
    below = [*((name, name) for name in names[1:]), last]
    return [
        TargetInfo(name, depends, default=False, origin=None)
        for name, depends in zip(names, below, strict=True)
    ]


def test_a_long_chain_is_no_problem() -> None:
    """Targets may depend on each other in chains of any length, on many ways."""
    check_depends(chain(DEEP))


def test_a_long_circle_is_found() -> None:
    """A circle through very many targets is an error of the build file, which names it."""
    with pytest.raises(BuildFileError) as caught:
        check_depends(chain(DEEP, last=("t9998",)))
    assert caught.value.diagnostic.message == 'target "t9998" depends on itself'
    assert caught.value.diagnostic.notes == ("t9998 -> t9999 -> t9998",)
