"""The project: its build file, the libraries that it names, and its lock."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from oxidize.cli.amounts import plural
from oxidize.cli.building import make_executor
from oxidize.cli.console import Console
from oxidize.cli.doctor.row import Row
from oxidize.cli.loading import with_libraries
from oxidize.cli.locking import Locking, LockOptions
from oxidize.cli.options import BuildOptions, ProjectOptions
from oxidize.cli.progress import progress_for
from oxidize.cli.project import project_settings
from oxidize.cli.scope import Scope
from oxidize.errors import BuildFileError, OxidizeError
from oxidize.packages.lockfile import Lock
from oxidize.starlark.build_file import find_build_file
from oxidize.starlark.project_file import FILE
from oxidize.starlark.session import Session, Settings

_SECTION = "project"


def project(options: ProjectOptions, console: Console) -> Iterator[Row]:
    """Rows of a project, if there is one. Nothing is fetched, resolved or asked."""
    try:
        path = find_build_file(options.path)
    except BuildFileError as error:
        yield Row.of_error(_SECTION, "build file", "note", error)
        return
    try:
        settings = with_libraries(project_settings(evolve(options, offline=True), path))
    except OxidizeError as error:
        yield Row.of_error(_SECTION, FILE, "warning", error)
        return
    yield from _libraries(settings)
    try:
        session = Session.load(settings, lambda text: None)
        session.analyze(tuple(session.targets))
    except OxidizeError as error:
        yield Row.of_error(_SECTION, "build file", "warning", error)
        return
    yield Row(_SECTION, "build file", "ok", f"{path}, {plural(len(session.targets), 'target')}")
    if session.requests:
        yield _lock(session, options, console)


def _libraries(settings: Settings) -> Iterator[Row]:
    for each in settings.libraries.values():
        name = f"@{each.name}"
        if each.fetched:
            yield Row(_SECTION, name, "ok", "in the cache" if each.url else str(each.folder))
        else:
            text = "isn't in the cache: the first build that loads it fetches it"
            yield Row(_SECTION, name, "note", text)


def _lock(session: Session, options: ProjectOptions, console: Console) -> Row:
    path = session.settings.lock_file
    build = BuildOptions(options, jobs=1, keep_going=False)
    try:
        with progress_for(console, quiet=True) as progress:
            scope = Scope("doctor", session.settings.folder, (), options.triple, options.flavour)
            executor = make_executor(scope, build, progress, session, dry=True)
            locking = Locking(session, executor, LockOptions(), console)
            if text := locking.unknown():
                return Row(_SECTION, path.name, "note", text)
            outdated = locking.outdated(Lock.load(path))
    except OxidizeError as error:
        return Row.of_error(_SECTION, path.name, "warning", error)
    if not outdated:
        return Row(_SECTION, path.name, "ok", "up to date")
    what = ", ".join(sorted({target or "the build file" for target, _ in outdated}))
    text = f"{'is out of date' if path.exists() else 'is not there yet'}: {what}"
    return Row(_SECTION, path.name, "note", text, "the next build resolves it, or: oxidize lock")
