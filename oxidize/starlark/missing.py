"""Refusing a load of what isn't there: the file, its library's folder, or all of the library."""

from __future__ import annotations

from pathlib import Path

from oxidize.objects.library import Library
from oxidize.objects.problem import refuse
from oxidize.starlark.labels import Location
from oxidize.suggest import did_you_mean


def refuse_missing(label: str, location: Location, library: Library | None) -> None:
    """Says what a label's file lacks; `library` is the one of the project file, if it's in one."""
    if library is not None and not library.root.is_dir():
        _refuse_library(library)
    path = location.path
    known = [each.name for each in path.parent.glob("*.star")] if path.parent.is_dir() else []
    refuse(
        "OX0105",
        f'"{label}" doesn\'t exist',
        notes=(f"looked for {path}",),
        help=did_you_mean(path.name, known) or (_prefix_help(library) if library else None),
    )


def _refuse_library(library: Library) -> None:
    place = f"{Path(library.span.file).name}:{library.span.line}"
    if not library.fetched:
        refuse(
            "OX0122",
            f'the library "@{library.name}" isn\'t fetched yet',
            notes=(f"{place} names {library.url}",),
            help="fetch it: oxidize build, without --offline",
        )
    refuse(
        "OX0128",
        f'the library "@{library.name}" has no folder {library.strip_prefix or library.root}',
        notes=(f"{place} names it",),
        help=_prefix_help(library),
    )


def _prefix_help(library: Library) -> str | None:
    """For an archive whose library isn't where the project file says: where it may be."""
    if not library.url:
        return None
    folders = sorted(each.name for each in library.folder.iterdir() if each.is_dir())
    if len(folders) != 1 or folders[0] == library.strip_prefix:
        return None
    return f'the archive has one folder: write strip_prefix = "{folders[0]}" into oxidize.toml'
