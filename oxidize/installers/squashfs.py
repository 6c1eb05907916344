"""File systems in a file, as mksquashfs writes them: what makes them the same each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

SquashfsUse = Literal["appimage", "snap"]

# AppImages are read once, in order: large blocks make them smaller. What runs snaps has these two,
# and its store takes just these options. Nobody waits for the last percents of a debug build.
_OPTIONS: Mapping[tuple[SquashfsUse, bool], Sequence[str]] = {
    ("appimage", False): ("-comp", "zstd", "-Xcompression-level", "9", "-b", "1M"),
    ("appimage", True): ("-comp", "zstd", "-Xcompression-level", "19", "-b", "1M"),
    ("snap", False): ("-comp", "lzo", "-no-fragments"),
    ("snap", True): ("-comp", "xz", "-no-fragments"),
}


def squashfs_command(
    program: str | Path, tree: Path, image: Path, use: SquashfsUse, *, release: bool
) -> list[str]:
    """The command line that makes a tree an image, whose files are root's. All times in it are that
    of SOURCE_DATE_EPOCH, which actions have in their environment."""
    always = ("-noappend", "-no-progress", "-quiet", "-no-xattrs", "-no-exports", "-all-root")
    return [str(program), str(tree), str(image), *always, *_OPTIONS[use, release]]
