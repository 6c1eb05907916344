"""The catalogues of this machine: the user's own, which is searched first, and oxidize's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from oxidize.distributions.catalogue import (
    BadCatalogue,
    Catalogue,
    Row,
    merged,
    read_catalogue,
    shipped,
    write_catalogue,
)
from oxidize.errors import Diagnostic, EnvironmentProblem
from oxidize.executor.files import write_atomically
from oxidize.executor.locks import exclusively
from oxidize.executor.problems import disk_errors
from oxidize.lookup import read_text


def user_file(environ: Mapping[str, str]) -> Path:
    """Where the user's catalogue is, or will be."""
    if own := environ.get("OXIDIZE_CONFIG_DIR"):
        folder = Path(own).absolute()
    elif (shared := environ.get("XDG_CONFIG_HOME")) and Path(shared).is_absolute():
        folder = Path(shared, "oxidize")
    else:
        home = environ.get("HOME") or environ.get("USERPROFILE")
        folder = (Path(home) if home else Path.home()) / ".config" / "oxidize"
    return folder / "distributions.json"


def user_rows(environ: Mapping[str, str]) -> tuple[Row, ...]:
    """The user's rows. Raises EnvironmentProblem."""
    path = user_file(environ)
    try:
        text = read_text(path)
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, str(error)) from error
    try:
        return read_catalogue(text)
    except BadCatalogue as error:
        raise _unreadable(path, str(error)) from error


def catalogue(environ: Mapping[str, str]) -> Catalogue:
    """All that this machine knows of. Raises EnvironmentProblem."""
    return Catalogue((user_rows(environ), shipped()))


def add_rows(rows: Iterable[Row], environ: Mapping[str, str]) -> int:
    """Adds to the user's catalogue; how many are new or different. Raises EnvironmentProblem."""
    path = user_file(environ)
    with exclusively(path.with_suffix(".lock"), cache=False):
        old = user_rows(environ)
        new = merged(old, rows)
        changed = set(new) - set(old)
        text = write_catalogue(new)
        if text != write_catalogue(old):
            with disk_errors(path, cache=False):
                write_atomically(path, text.encode())
    return len(changed)


def _unreadable(path: Path, why: str) -> EnvironmentProblem:
    return EnvironmentProblem(
        Diagnostic(
            "OX0524",
            f"the catalogue {path} can't be read: {why}",
            help="mend it, or remove it; oxidize distribution refresh fills a new one",
        )
    )
