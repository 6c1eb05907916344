"""The build file of a project: what it is called, and where it is."""

from __future__ import annotations

from pathlib import Path

from oxidize.errors import BuildFileError, Diagnostic

BUILD_FILE = "build.star"
# What PyOxidizer calls its build file.
_FORMER = "pyoxidizer.bzl"


def find_build_file(start: Path) -> Path:
    """The build file in a folder or the nearest one above it. Raises BuildFileError."""
    folder = start.absolute()
    folders = (folder, *folder.parents)
    for each in folders:
        if (each / BUILD_FILE).is_file():
            return each / BUILD_FILE
    help = "go to a project's folder, or name it with --path; oxidize init writes a build file"
    if any((each / _FORMER).is_file() for each in folders):
        help = f"copy {_FORMER} to {BUILD_FILE}; oxidize check then tells line by line what changes"
    raise BuildFileError(
        Diagnostic(
            "OX0112",
            f"there is no {BUILD_FILE}",
            notes=(f"looked in {folder} and all folders above it",),
            help=help,
        )
    )
