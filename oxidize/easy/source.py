"""Whatever lies at a path, as something to pack: a script, a project, or a folder with scripts."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from oxidize.easy.folder import has_script, read_folder, without_script
from oxidize.easy.project import installed, read_project
from oxidize.easy.recipe import Source, called
from oxidize.easy.script import read_script
from oxidize.errors import Diagnostic, UsageError
from oxidize.packages.inline_metadata import check_python
from oxidize.packages.project_metadata import ProjectMetadata, UnreadableProject
from oxidize.python_source import parse


def read_source(path: Path, script: str | None, python: str) -> Source:
    """Looks at a path, for a version of Python. Raises UsageError if it can't be packed."""
    if path.is_dir():
        try:
            return _read_folder(ProjectMetadata(path), script, python)
        except UnreadableProject as error:
            raise _unreadable(path, error) from error
    if script is not None:
        message = f"--script is for projects, and {path} is none"
        raise UsageError(Diagnostic("OX0816", message, help="leave it out"))
    return Source(str(path), (read_script(path, python),))


def read_folder_for(code: str, path: Path, python: str) -> Source:
    """Looks at a folder for code that is given: a project, packages, modules, or nothing.

    Without code its program gives a prompt. Raises UsageError.
    """
    metadata = ProjectMetadata(path)
    try:
        tree = parse(code, "code")
        check_python(called(path), metadata.requires_python, python)
        packaged = metadata.is_project and metadata.is_packaged
        recipe = installed(metadata) if packaged else without_script(metadata, tree)
    except UnreadableProject as error:
        raise _unreadable(path, error) from error
    except SyntaxError as error:
        raise UsageError(Diagnostic("OX0812", f"the code can't be run: {error}")) from error
    return Source(called(path), (evolve(recipe, run_command=code or None),))


def is_bare(path: Path) -> bool:
    """Whether a folder has nothing to run. Raises UsageError."""
    try:
        return not ProjectMetadata(path).is_project and not has_script(path)
    except UnreadableProject as error:
        raise _unreadable(path, error) from error


def _read_folder(metadata: ProjectMetadata, script: str | None, python: str) -> Source:
    if metadata.is_project and (metadata.is_packaged or not has_script(metadata.folder)):
        return read_project(metadata, script, python)
    check_python(called(metadata.folder), metadata.requires_python, python)
    if has_script(metadata.folder) or script:
        return read_folder(metadata, script, python)
    raise _nothing(metadata.folder)


def _nothing(folder: Path) -> UsageError:
    """The error for a folder that holds no project, and no script that is called as one."""
    message = f"{called(folder)} holds nothing to run: no project, no main.py and no app.py"
    help_ = "name a .py file, or a folder with a pyproject.toml"
    if modules := sorted(each.stem for each in folder.glob("*.py")):
        help_ = f"name the script: --script {modules[0]}"
    return UsageError(Diagnostic("OX0811", message, help=help_))


def _unreadable(path: Path, error: UnreadableProject) -> UsageError:
    return UsageError(Diagnostic("OX0812", f"{path}/{error}"))
