"""A project as something to pack: its pyproject.toml, and the entry point to run."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from oxidize.errors import Diagnostic, UsageError
from oxidize.packages.entry_point import MODULE, EntryPoint
from oxidize.packages.inline_metadata import check_python
from oxidize.resources.installed import canonical
from oxidize.starlark.easy import Recipe
from oxidize.suggest import did_you_mean


@frozen
class Project:
    """A project to pack, and what its program calls."""

    path: Path
    name: str
    entry: EntryPoint

    def recipe(self) -> Recipe:
        """What goes into its program: itself, installed, and a main module as installers write."""
        extras = ", ".join(self.entry.extras)
        own = f".[{extras}]" if extras else "."
        return Recipe(MODULE, modules={MODULE: self.entry.main()}, requirements=(own,))


def read_project(path: Path, script: str | None, python: str) -> Project:
    """Looks at a project, for a version of Python. Raises UsageError if it can't be packed.

    `script` names the entry point; it may be left out if there is no doubt which one is meant.
    """
    table = _project_table(path)
    requires = table.get("requires-python", "")
    check_python(str(path), requires if isinstance(requires, str) else "", python)
    scripts = _scripts(path, table)
    name = _chosen(path, scripts, script, str(table.get("name", "")))
    entry = EntryPoint.parse(scripts[name])
    if entry is None:
        raise UsageError(
            Diagnostic(
                "OX0812",
                f'{path / "pyproject.toml"}: the entry point of {name} is "{scripts[name]}"',
                help='it should be of the form "package.module:function"',
            )
        )
    return Project(path, name, entry)


def _project_table(path: Path) -> Mapping[str, Any]:
    file = path / "pyproject.toml"
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        message = f"{path} is a folder without a pyproject.toml"
        help_ = "name a .py file or a project, or write a build.star there and run oxidize build"
        raise UsageError(Diagnostic("OX0811", message, help=help_)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(Diagnostic("OX0812", f"{file} can't be read: {error}")) from error
    try:
        table = tomllib.loads(text).get("project")
    except tomllib.TOMLDecodeError as error:
        raise UsageError(Diagnostic("OX0812", f"{file} is no TOML: {error}")) from error
    if not isinstance(table, dict):
        raise _no_scripts(file, "it has no [project] table")
    return table


def _scripts(path: Path, table: Mapping[str, Any]) -> dict[str, str]:
    """Name -> entry point; those with windows after those without."""
    found: dict[str, str] = {}
    for kind in ("scripts", "gui-scripts"):
        rows = table.get(kind, {})
        if isinstance(rows, dict):
            found |= {name: str(value) for name, value in rows.items() if name not in found}
    if not found:
        dynamic = set(table.get("dynamic", ())) & {"scripts", "gui-scripts", "entry-points"}
        why = "its scripts are dynamic" if dynamic else "it has no [project.scripts]"
        raise _no_scripts(path / "pyproject.toml", why)
    return found


def _no_scripts(file: Path, why: str) -> UsageError:
    return UsageError(
        Diagnostic(
            "OX0813",
            f"{file} doesn't tell what to run: {why}",
            help="add [project.scripts], or write a build.star with run_module = ...",
        )
    )


def _chosen(path: Path, scripts: Mapping[str, str], asked: str | None, project: str) -> str:
    known = f"{path} has these: {', '.join(scripts)}"
    if asked is not None:
        if asked not in scripts:
            raise UsageError(
                Diagnostic(
                    "OX0816",
                    f"there is no script {asked}",
                    notes=(known,),
                    help=did_you_mean(asked, scripts, "{}"),
                )
            )
        return asked
    if len(scripts) == 1:
        return next(iter(scripts))
    for name in scripts:
        if canonical(name) == canonical(project):
            return name
    first = next(iter(scripts))
    message, help_ = "which script is to be packed?", f"name one: --script {first}"
    raise UsageError(Diagnostic("OX0816", message, notes=(known,), help=help_))
