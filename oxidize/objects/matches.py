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
    manifest = FileManifest(context=context)
    found = {pattern: matching_files(reach, pattern, "include") for pattern in include}
    left_out = {path for each in exclude for path in _expanded(reach, each, "exclude")}
    prefix = os.path.normpath(reach.path(strip_prefix or ".", "strip_prefix"))
    for pattern, paths in found.items():
        for path in paths:
            if path not in left_out:
                reach.check_link(path, pattern, "include")
                place = _text(pattern, _place(pattern, path, prefix, strip_prefix))
                manifest.put(place, Entry.of(file_on_disk(context, path)))
    return manifest


def matching_files(reach: Reach, pattern: str, argument: str) -> list[str]:
    """Absolute paths of what a pattern matches. Refuses one that matches no file."""
    found = _expanded(reach, pattern, argument)
    if not found:
        help = _help(reach.path(pattern), pattern)
        refuse("OX0209", f'"{pattern}" matches no file', argument=argument, help=help)
    return found


def _expanded(reach: Reach, pattern: str, argument: str) -> list[str]:
    # Patterns and paths leave a folder in the same ways, but for links.
    reach.path(pattern, argument)
    return expand(pattern, reach.folder)


def _help(place: Path, pattern: str) -> str | None:
    if is_folder(place):
        inside = pattern.rstrip("/")
        return f'all files below a folder: "{inside}/**"' if inside else 'all files: "**"'
    return did_you_mean(place.name, neighbours(place))


def _place(pattern: str, path: str, prefix: str, strip_prefix: str | None) -> str:
    """Where a matched file goes. Refuses one outside of what is stripped."""
    # Not resolved: a link is handed out under its own name. Both are plain texts, since a
    # pattern may match very many.
    folder = prefix.rstrip(os.sep) + os.sep
    if not path.startswith(folder):
        shown = f'"{strip_prefix}"' if strip_prefix else "the build file's folder"
        refuse(
            "OX0214",
            f'"{pattern}" matches "{Path(path).name}", which doesn\'t lie in {shown}',
            argument="strip_prefix" if strip_prefix else "include",
            help=None if strip_prefix else "give strip_prefix = the folder that is to go",
        )
    return path.removeprefix(folder).replace(os.sep, "/")


def _text(pattern: str, place: str) -> str:
    """The same path. Refuses one that isn't text: Starlark, archives and Windows need text."""
    try:
        place.encode()
    except UnicodeEncodeError:
        refuse(
            "OX0214",
            f'"{pattern}" matches a file whose name isn\'t UTF-8: {place!a}',
            argument="include",
            help="rename the file, or leave it out: exclude = [...]",
        )
    return place
