"""The packages around modules and files, by their names alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator


def around(name: str) -> Iterator[str]:
    """The packages that a module of that dotted name is in, the outermost first."""
    parts = name.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts)))


def package_of(path: str, packages: Collection[str]) -> str | None:
    """The deepest of some packages whose folder a file lies in."""
    folders = path.split("/")[:-1]
    for end in range(len(folders), 0, -1):
        if (name := ".".join(folders[:end])) in packages:
            return name
    return None
