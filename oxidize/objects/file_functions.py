"""The functions that make files and manifests of files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from oxidize.objects.context import Context
from oxidize.objects.file_content import FileContent as Content
from oxidize.objects.file_content import file_on_disk, written_file
from oxidize.objects.file_manifest import Entry
from oxidize.objects.file_manifest import FileManifest as Manifest
from oxidize.objects.file_name import check_file_name
from oxidize.objects.globbing import expand
from oxidize.objects.member import exposed
from oxidize.objects.problem import refuse


@exposed()
def FileContent(
    context: Context,
    path: str | None = None,
    filename: str | None = None,
    content: str | None = None,
    executable: bool | None = None,
) -> Content:
    """One file to hand out: one that is there, or one that the build file writes.

    Args:
        path: The file; relative to the build file's folder.
        filename: Name of a file to write, with `content`; of `path`, another name for it.
        content: The text to write.
        executable: Whether it can be run; by default as `path` can, and not if it is written.
    """
    if filename is not None:
        check_file_name(filename, "filename")
    if path is not None and content is not None:
        refuse("OX0215", "path and content are both given, but a file has one", argument="content")
    if path is not None:
        return file_on_disk(context, _file(context, path), filename, executable)
    if filename is None or content is None:
        refuse("OX0202", "FileContent() needs a path, or a filename and its content")
    return written_file(context, filename, content, bool(executable))


@exposed()
def FileManifest(context: Context) -> Manifest:
    """No files yet; the manifest's methods add them."""
    return Manifest(context=context)


@exposed()
def glob(
    context: Context,
    include: Sequence[str],
    exclude: Sequence[str] | None = None,
    strip_prefix: str | None = None,
) -> Manifest:
    """The files that patterns match, at their paths relative to the build file's folder.

    `*`, `?` and `[...]` match within a name, `**` matches folders at any depth. Hidden files only
    match a pattern that spells the dot.

    Args:
        include: Patterns, relative to the build file's folder; each must match a file.
        exclude: Patterns of files to leave out.
        strip_prefix: What to take away from the start of the paths.
    """
    manifest = Manifest(context=context)
    left_out = {path for each in exclude or () for path in expand(each, context.settings.folder)}
    for pattern in include:
        found = expand(pattern, context.settings.folder)
        if not found:
            refuse("OX0209", f'"{pattern}" matches no file', argument="include")
        for path in found:
            if path not in left_out:
                place = _place(context, pattern, path, strip_prefix)
                manifest.put(place, Entry.of(file_on_disk(context, Path(path))))
    return manifest


def _file(context: Context, path: str) -> Path:
    file = context.path(path)
    if not file.is_file():
        refuse("OX0209", f'there is no file "{path}"', argument="path")
    return file


def _place(context: Context, pattern: str, path: str, strip_prefix: str | None) -> str:
    """Where a matched file goes. Refuses one outside of what is stripped."""
    # Not resolved: a link is handed out under its own name.
    prefix = os.path.normpath(context.path(strip_prefix or "."))
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
