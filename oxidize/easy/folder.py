"""A folder as something to pack: scripts and packages that nothing installs, and what they need."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from attrs import evolve

from oxidize.easy.recipe import Recipe, Source, called, choose
from oxidize.easy.script import imported_beside, read_script
from oxidize.errors import Diagnostic, UsageError
from oxidize.packages.project_metadata import ProjectMetadata

# How main scripts are called, the likeliest first.
_MAIN = ("manage", "main", "app", "__main__")
_NOT_SHIPPED = frozenset({"tests", "test", "docs", "doc", "build", "dist", "node_modules"})
_LOCKS = ("uv.lock", "pylock.toml")


def has_script(folder: Path) -> bool:
    """Whether there is a script in the folder that is likely to be run."""
    return bool(_scripts(folder))


def read_folder(metadata: ProjectMetadata, script: str | None, python: str) -> Source:
    """Looks at a folder with a script. Raises UsageError if it can't be packed.

    `script` names one, with or without `.py`; it may be left out if there is no doubt about it.
    """
    folder = metadata.folder
    asked = script.removesuffix(".py") if script else None
    known = _scripts(folder)
    if asked in {each.stem for each in folder.glob("*.py")}:
        known = [asked]
    names = choose(called(folder), known, asked, None)
    certain = len(names) == 1 or names[0] == _MAIN[0]
    names = names[:1] if certain else names
    programs = [_program(metadata, name, python) for name in names]
    if len(programs) == 1 and not script and metadata.name:
        # A better name than "main".
        programs = [evolve(programs[0], name=metadata.name)]
    return Source(called(folder), tuple(programs), certain)


def without_script(metadata: ProjectMetadata, code: ast.Module) -> Recipe:
    """A recipe for what the folder holds and code may import; it runs nothing yet."""
    folder = metadata.folder
    packages = tuple(sorted({*imported_beside(folder, code), *_packages(folder)}))
    return _with_requirements(Recipe(folder.absolute().name, packages=packages), metadata)


def _scripts(folder: Path) -> list[str]:
    """Names of main scripts, or of the only module there is."""
    names = dict.fromkeys((*_MAIN, folder.absolute().name))
    if found := [name for name in names if (folder / f"{name}.py").is_file()]:
        return found
    modules = [each.stem for each in folder.glob("*.py")]
    return modules if len(modules) == 1 else []


def _program(metadata: ProjectMetadata, name: str, python: str) -> Recipe:
    folder = metadata.folder
    recipe = read_script(folder / f"{name}.py", python)
    packages = tuple(sorted({*recipe.packages, *_packages(folder)}))
    title = folder.absolute().name if name == "__main__" else recipe.name
    recipe = evolve(recipe, name=title, packages=packages)
    return recipe if recipe.requirements else _with_requirements(recipe, metadata)


def _packages(folder: Path) -> Iterator[str]:
    """Packages: they are there to be imported, by whatever name."""
    for each in folder.glob("*/__init__.py"):
        name = each.parent.name
        if name.isidentifier() and name not in _NOT_SHIPPED:
            yield name


def _with_requirements(recipe: Recipe, metadata: ProjectMetadata) -> Recipe:
    locks = [name for name in _LOCKS if (metadata.folder / name).is_file()]
    hints = tuple(f'["-r", "{name}"] would take the versions that {name} has.' for name in locks)
    if metadata.dependencies:
        because = "What pyproject.toml names as dependencies"
        return evolve(recipe, requirements=metadata.dependencies, because=because, hints=hints)
    for name in ("requirements.txt", *locks):
        if (metadata.folder / name).is_file():
            because = f"What {name} names"
            return evolve(recipe, requirements=("-r", name), because=because)
    if metadata.is_poetry:
        where = called(metadata.folder)
        message = f"{where}: poetry isn't to install it, and only poetry knows its needs"
        help_ = "let it write them down: poetry export -o requirements.txt"
        raise UsageError(Diagnostic("OX0812", message, help=help_))
    return recipe
