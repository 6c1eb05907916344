"""Places of files: whether all of them can be in one folder."""

from __future__ import annotations

from collections.abc import Iterable

from oxidize.errors import ActionError, Diagnostic


def check_places(paths: Iterable[str]) -> None:
    """Raises ActionError for a path that another one needs as a folder; paths have `/`."""
    last = ""
    for path in sorted(paths, key=lambda path: path.split("/")):
        if last and path.startswith(f"{last}/"):
            raise ActionError(
                Diagnostic(
                    "OX0436",
                    f"{last} is a file, and {path} needs a folder of that name",
                    help="rename one of them, or put them into different folders",
                )
            )
        last = path
