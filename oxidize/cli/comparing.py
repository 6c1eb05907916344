"""Comparing: what two builds wrote, file by file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import field, frozen

from oxidize.executor.files import hash_file
from oxidize.resources.differences import differences

_MODE = "whether it may be executed"


@frozen
class Compared:
    """An output: its path in the target's folder, and both sha256, "" for one that isn't there.

    `differences` are for people: what in it differs, as far as its form is known.
    """

    target: str
    path: str
    hashes: tuple[str, str]
    same: bool
    differences: list[str] = field(factory=list)


def compare(targets: Sequence[str], one: Path, two: Path) -> list[Compared]:
    """All outputs of these targets, which are below two folders."""
    return [
        _compared(target, path, one / target / path, two / target / path)
        for target in targets
        for path in sorted({*_files(one / target), *_files(two / target)})
    ]


def _files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if not path.is_dir():
            yield path.relative_to(folder).as_posix()


def _compared(target: str, path: str, one: Path, two: Path) -> Compared:
    hashes = (_hash(one), _hash(two))
    if "" in hashes:
        return Compared(target, path, hashes, same=False, differences=["in one of them only"])
    found = [_MODE] if os.access(one, os.X_OK) != os.access(two, os.X_OK) else []
    if hashes[0] != hashes[1]:
        found += differences(one.read_bytes(), two.read_bytes())
    same = hashes[0] == hashes[1] and not found
    return Compared(target, path, hashes, same, found)


def _hash(path: Path) -> str:
    return hash_file(path).hash if path.is_file() else ""
