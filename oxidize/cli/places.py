"""Places on the disk as people are told of them."""

from __future__ import annotations

from pathlib import Path

from oxidize.paths import runtime_folder


def below(path: str | Path, folder: Path) -> str:
    """The path from a folder that it lies in; others as they are."""
    return (
        Path(path).relative_to(folder).as_posix()
        if Path(path).is_relative_to(folder)
        else f"{path}"
    )


def from_here(path: str | Path) -> str:
    """The path from the current folder, if it lies in it."""
    return below(path, Path.cwd())


def source_name(path: str | Path, project: Path) -> str:
    """A source of a build: one of the runtime's, one of the project's, or any other path."""
    own = runtime_folder()
    if Path(path).is_relative_to(own):
        return f"oxidize's {below(path, own.parent)}"
    return below(path, project)
