"""SourceFolder: a folder to hand to a rule of a library, which reaches what is in it only."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from attrs import define

from oxidize.graph.action import SourceTree
from oxidize.objects.base import ScriptObject
from oxidize.objects.context import Context
from oxidize.objects.file_content import FileContent, file_on_disk
from oxidize.objects.file_manifest import FileManifest
from oxidize.objects.input_paths import check_folder, existing_file
from oxidize.objects.matches import matches
from oxidize.objects.member import exposed
from oxidize.objects.reach import Reach, folder_reach


@define(eq=False, kw_only=True)
class SourceFolder(ScriptObject):
    """A folder that is there before the build, to hand to a rule of a library.

    Who has it reaches what is in it, and nothing outside: paths are relative to it, and neither
    `..` nor a symbolic link leads out.
    """

    shown: str
    reach: Reach

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.reach.folder

    @exposed()
    def file(self, path: str) -> FileContent:
        """A file of the folder.

        Args:
            path: The file, relative to this folder.
        """
        return file_on_disk(self.context, existing_file(self.reach, path))

    @exposed()
    def folder(self, path: str) -> SourceFolder:
        """A folder in the folder.

        Args:
            path: The inner folder, relative to this one.
        """
        return _closed(self.context, self.reach.path(path, "path"), path)

    @exposed()
    def glob(
        self,
        include: Sequence[str],
        exclude: Sequence[str] | None = None,
        strip_prefix: str | None = None,
    ) -> FileManifest:
        """The files of the folder that patterns match, at their paths relative to it.

        Args:
            include: Patterns as `glob()` takes them, relative to this folder; each must match a
                file.
            exclude: Patterns of files to leave out.
            strip_prefix: What to take away from the start of the paths.
        """
        return matches(self.context, self.reach, include, exclude or (), strip_prefix)

    def tree(self, include: tuple[str, ...] = ()) -> SourceTree:
        """Its content, or only some entries of it."""
        return self.reach.tree(self.path, include)

    def check(self, argument: str = "path") -> None:
        """Refuses it unless it is there."""
        check_folder(self.path, self.shown, argument)


@exposed()
def source_folder(context: Context, path: str) -> SourceFolder:
    """A folder to hand to a rule of a library, which reaches nothing else of the project.

    Args:
        path: The folder; relative to the build file's folder, or to the library's.
    """
    return _closed(context, context.path(path), path)


def folder_of(context: Context, path: str | SourceFolder) -> SourceFolder:
    """The folder that an argument `path` means; it may not exist."""
    if isinstance(path, SourceFolder):
        return path
    reach = context.reach
    return SourceFolder(context=context, shown=path, reach=reach.at(reach.path(path, "path")))


def _closed(context: Context, path: Path, shown: str) -> SourceFolder:
    plain = Path(os.path.normpath(path))
    folder = SourceFolder(context=context, shown=shown, reach=folder_reach(plain, shown))
    folder.check()
    return folder
