"""Failures of the disk, told as diagnostics that name the path and what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oxidize.errors import Diagnostic, EnvironmentProblem

_FULL = {errno.ENOSPC, errno.EDQUOT}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


def space_help(path: Path | str) -> str:
    """What to do when the disk of that path, in the cache, is full."""
    return (
        "free some space there (oxidize cache gc --max-size 1GB), or point OXIDIZE_CACHE_DIR to "
        f"another disk than {path}'s; nothing that was built is lost"
    )


def disk_problem(error: OSError, path: Path | str, *, cache: bool = True) -> EnvironmentProblem:
    """What to tell about a failed write at (or below) `path`, in the cache or not."""
    where = error.filename or path
    if error.errno in _FULL:
        code, message = "OX0701", f"no space left to write {where}"
        help = space_help(path) if cache else "free some space there; what was built isn't lost"
    elif error.errno in _REFUSED:
        code, message = "OX0702", f"may not write {where}: {error.strerror}"
        help = "give yourself write permission there"
        help += ", or set OXIDIZE_CACHE_DIR to a folder of your own" if cache else ""
    else:
        code, message = "OX0703", f"can't write {where}: {error.strerror or error}"
        help = None
    return EnvironmentProblem(Diagnostic(code, message, help=help))


def is_disk_problem(error: OSError) -> bool:
    """Whether the disk is full: then whoever wrote isn't to blame."""
    return error.errno in _FULL


@contextmanager
def disk_errors(path: Path | str, *, cache: bool = True) -> Iterator[None]:
    """Turns the OSErrors of writes below `path`, in the cache or not, into EnvironmentProblems."""
    try:
        yield
    except OSError as error:
        raise disk_problem(error, path, cache=cache) from error


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """Does that for writes of an action in the cache, as far as they fail for want of space."""
    try:
        yield
    except OSError as error:
        if not is_disk_problem(error):
            raise
        raise disk_problem(error, path) from error
