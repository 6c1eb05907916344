"""Loading a build file, and fetching the libraries that it turns out to need."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import evolve

from oxidize.cli.console import Console
from oxidize.cli.terminal_prompter import TerminalPrompter
from oxidize.errors import OxidizeError
from oxidize.executor.files import note_use
from oxidize.executor.location import libraries_folder
from oxidize.redaction import bare
from oxidize.starlark.project_file import read_project_file
from oxidize.starlark.session import LibraryNeeded, Session, Settings

if TYPE_CHECKING:
    from oxidize.fetch.download import Progress, Remote
    from oxidize.objects.library import Library
    from oxidize.objects.prompter import Prompter


def load_session(settings: Settings, console: Console, prompter: Prompter | None = None) -> Session:
    """Evaluates a build file; its libraries are those of the project file. Raises OxidizeError.

    Evaluation opens no connection: it ends where a library is missing, and is begun again.
    Questions go to the terminal, unless told.
    """
    settings = with_libraries(settings)
    prompter = prompter or TerminalPrompter(console)
    while True:
        try:
            session = Session.load(settings, console.script, prompter=prompter)
        except LibraryNeeded as needed:
            if not fetched(needed.library, settings, console):
                raise
            continue
        for library in settings.libraries.values():
            if library.url and library.fetched:
                note_use(str(library.folder))
        return session


def with_libraries(settings: Settings) -> Settings:
    """The settings with the libraries of the project file. Raises BuildFileError."""
    libraries = read_project_file(settings.folder.absolute(), libraries_folder(os.environ))
    return evolve(settings, libraries=libraries)


def fetched(library: Library, settings: Settings, console: Console) -> bool:
    """Fetches a library; False if that takes a connection, and none may be opened.

    Raises OxidizeError.
    """
    from oxidize.fetch.download import Remote

    remote = Remote(library.url, library.sha256)
    if settings.offline and not remote.local:
        return False
    _fetch(library, remote, console)
    return True


def _fetch(library: Library, remote: Remote, console: Console) -> None:
    from oxidize.executor.fetched import fetch_library

    try:
        with _progress(library, console) as progress:
            fetch_library(remote, os.environ, progress)
    except OxidizeError as error:
        # The place is the project file's: what the load says is right.
        error.diagnostic = evolve(error.diagnostic, span=library.span)
        raise


@contextmanager
def _progress(library: Library, console: Console) -> Iterator[Progress]:
    """A line that says what is fetched; on a terminal, a bar while it is."""
    title = f"fetch @{library.name} from {bare(library.url)}"
    if not console.live:
        console.say(title)
        yield lambda done, total: None
        return
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, DownloadColumn, TextColumn
    from rich.progress import Progress as Bar

    shown = RichConsole(
        file=console.stderr, force_terminal=True, no_color=not console.color, highlight=False
    )
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    with Bar(*columns, console=shown, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
