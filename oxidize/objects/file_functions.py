"""The functions that make files and manifests of files."""

from __future__ import annotations

from collections.abc import Sequence

from oxidize.objects.context import Context
from oxidize.objects.file_content import FileContent as Content
from oxidize.objects.file_content import file_on_disk, written_file
from oxidize.objects.file_manifest import FileManifest as Manifest
from oxidize.objects.file_name import check_file_name
from oxidize.objects.input_paths import existing_file
from oxidize.objects.matches import matches
from oxidize.objects.member import exposed
from oxidize.objects.problem import refuse
from oxidize.objects.universal_binary import AppleUniversalBinary as UniversalBinary


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
        return file_on_disk(context, existing_file(context.reach, path), filename, executable)
    if filename is None or content is None:
        refuse("OX0202", "FileContent() needs a path, or a filename and its content")
    return written_file(context, filename, content, bool(executable))


@exposed()
def FileManifest(context: Context) -> Manifest:
    """No files yet; the manifest's methods add them."""
    return Manifest(context=context)


@exposed()
def AppleUniversalBinary(context: Context, filename: str) -> UniversalBinary:
    """A file for macOS of several architectures; its methods add what it holds.

    Args:
        filename: The file's name.
    """
    check_file_name(filename, "filename")
    return UniversalBinary(context=context, filename=filename)


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
    return matches(context, context.reach, include, exclude or (), strip_prefix)
