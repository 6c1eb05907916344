"""The files that glob patterns match, as a manifest."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from oxidize.lookup import is_folder, neighbours
from oxidize.objects.context import Context
from oxidize.objects.file_content import file_on_disk
from oxidize.objects.file_manifest import Entry, FileManifest
from oxidize.objects.globbing import expand
from oxidize.objects.problem import refuse
from oxidize.objects.reach import Reach
from oxidize.suggest import did_you_mean


def matches(
    context: Context,
    reach: Reach,
    include: Sequence[str],
    exclude: Sequence[str],
    strip_prefix: str | None,
) -> FileManifest:
    """All files, at their paths relative to the folder or to what is stripped."""
    for pattern in (*include, *exclude):
        # Patterns and paths leave a folder in the same ways, but for links.
        reach.path(pattern, "include" if pattern in include else "exclude")
    manifest = FileManifest(context=context)
    left_out = {path for each in exclude for path in expand(each, reach.folder)}
    prefix = os.path.normpath(reach.path(strip_prefix or ".", "strip_prefix"))
    for pattern in include:
        found = expand(pattern, reach.folder)
        if not found:
            help = _help(reach.path(pattern), pattern)
            refuse("OX0209", f'"{pattern}" matches no file', argument="include", help=help)
        for path in found:
            if path not in left_out:
                reach.check_link(Path(path), pattern, "include")
                place = _place(pattern, path, prefix, strip_prefix)
                manifest.put(place, Entry.of(file_on_disk(context, Path(path))))
    return manifest


def _help(place: Path, pattern: str) -> str | None:
    if is_folder(place):
        return f'all files below a folder: "{pattern.rstrip("/")}/**"'
    return did_you_mean(place.name, neighbours(place))


def _place(pattern: str, path: str, prefix: str, strip_prefix: str | None) -> str:
    """Where a matched file goes. Refuses one outside of what is stripped."""
    # Not resolved: a link is handed out under its own name.
    try:
        return Path(path).relative_to(prefix).as_posix()
    except ValueError:
        shown = f'"{strip_prefix}"' if strip_prefix else "the build file's folder"
        refuse(
            "OX0214",
            f'"{pattern}" matches "{Path(path).name}", which doesn\'t lie in {shown}',
            argument="strip_prefix" if strip_prefix else "include",
            help=None if strip_prefix else "give strip_prefix = the folder that is to go",
        )
