"""A project as something to pack: it is installed, and its scripts or its package are run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from oxidize.easy.recipe import Recipe, Source, called, choose
from oxidize.errors import Diagnostic, UsageError
from oxidize.packages.entry_point import EntryPoint
from oxidize.packages.inline_metadata import check_python
from oxidize.packages.project_metadata import ProjectMetadata
from oxidize.resources.installed import canonical

# Where projects keep what they are installed from, by the conventions of build back ends.
_ROOTS = (".", "src", "lib", "python")
_NOT_INSTALLED = frozenset({"tests", "test", "docs", "doc", "examples", "scripts", "tools"})
_LOCKS = {
    "uv.lock": '"-r", "uv.lock" before "." would take the versions that uv.lock has.',
    "pylock.toml": '"-r", "pylock.toml" before "." would take the versions that pylock.toml has.',
    "poetry.lock": 'poetry.lock isn\'t read: `poetry export -o pins.txt` and "-c", "pins.txt" '
    'before "." would take its versions.',
}


def read_project(metadata: ProjectMetadata, script: str | None, python: str) -> Source:
    """Looks at a project, for a version of Python. Raises UsageError if it can't be packed.

    `script` names what is run; it may be left out if there is no doubt which one is meant.
    """
    path = metadata.folder
    check_python(called(path), metadata.requires_python, python)
    programs = _programs(metadata)
    likely = next(
        (name for name in programs if canonical(name) == canonical(metadata.name or "")), None
    )
    names = choose(called(path), list(programs), script, likely)
    certain = len(names) == 1 or likely is not None
    return Source(called(path), tuple(programs[name] for name in names), certain)


def installed(metadata: ProjectMetadata, extras: str = "") -> Recipe:
    """A recipe that installs a project, and runs nothing yet."""
    place = f".[{extras}]" if extras else "."
    hints = tuple(text for name, text in _LOCKS.items() if (metadata.folder / name).is_file())
    because = "This project, built by its own back end, and what it depends on"
    if metadata.name is None:
        raise UsageError(
            Diagnostic(
                "OX0812",
                f"{called(metadata.folder)} doesn't say its name",
                notes=tuple(metadata.computed),
                help='say it in pyproject.toml: [project] name = "..."',
            )
        )
    return Recipe(metadata.name, requirements=(place,), because=because, hints=hints)


def _programs(metadata: ProjectMetadata) -> Mapping[str, Recipe]:
    if metadata.scripts:
        return {name: _script(metadata, name) for name in metadata.scripts}
    modules = dict.fromkeys(_runnable(metadata))
    if not modules:
        raise UsageError(
            Diagnostic(
                "OX0813",
                f"{called(metadata.folder)} doesn't tell what to run: it names no scripts, and has "
                "no package with a __main__",
                notes=tuple(metadata.computed),
                help="add [project.scripts] to its pyproject.toml, or say what runs: "
                'oxidize init --python-code "..."',
            )
        )
    return {name: evolve(installed(metadata), name=name, run_module=name) for name in modules}


def _script(metadata: ProjectMetadata, name: str) -> Recipe:
    """As installers write it for an entry point."""
    point = metadata.scripts[name]
    entry = EntryPoint.parse(point)
    if entry is None:
        raise UsageError(
            Diagnostic(
                "OX0812",
                f'{called(metadata.folder)}: the entry point of {name} is "{point}"',
                help='it should be of the form "package.module:function"',
            )
        )
    first, *rest = entry.object.split(".")
    start = f"from {entry.module} import {first}"
    if rest:
        start += f"; main = {entry.object}"
    elif first != "main":
        start += " as main"
    return evolve(installed(metadata, ", ".join(entry.extras)), name=name, start=start)


def _runnable(metadata: ProjectMetadata) -> Iterator[str]:
    """Packages that can be run, and a module that is the project's and minds being run."""
    own = canonical(metadata.name or "").replace("-", "_")
    for root in _ROOTS:
        folder = metadata.folder / root
        for main in sorted(folder.glob("*/__main__.py")):
            if main.parent.name.isidentifier() and main.parent.name not in _NOT_INSTALLED:
                yield main.parent.name
        module = folder / f"{own}.py"
        if module.is_file() and b"__main__" in module.read_bytes():
            yield own
