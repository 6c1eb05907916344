"""Bugs of oxidize: a file with everything that a report needs."""

from __future__ import annotations

import platform
import shlex
import sys
import tempfile
import traceback
from collections.abc import Sequence

from oxidize import __version__
from oxidize.errors import Diagnostic, InternalError, OxidizeError


def as_bug(error: BaseException, argv: Sequence[str]) -> OxidizeError:
    """The error to tell; its traceback has been written into a file."""
    report = _write_report(error, argv)
    if isinstance(error, InternalError):
        diagnostic = error.diagnostic
    else:
        diagnostic = Diagnostic("OX0001", f"a bug of oxidize: {type(error).__name__}: {error}")
    notes = (*diagnostic.notes, f"the traceback is in {report}")
    return InternalError(
        Diagnostic(
            diagnostic.code,
            diagnostic.message,
            diagnostic.span,
            diagnostic.stack,
            notes,
            diagnostic.help or "please report this, with that file and what oxidize doctor says",
        )
    )


def _write_report(error: BaseException, argv: Sequence[str]) -> str:
    lines = [
        f"oxidize {__version__}\n",
        f"Python {sys.version} on {platform.platform()}\n",
        f"command: oxidize {shlex.join(argv)}\n\n",
        *traceback.format_exception(error),
    ]
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="oxidize-bug-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.writelines(lines)
            return file.name
    except OSError:
        sys.stderr.writelines(lines)
        return "the lines above"
