"""Replacing: `pack` writes where it is told to, but not over somebody's file."""

from __future__ import annotations

from pathlib import Path

from oxidize.errors import Diagnostic, UsageError


def check_replaceable(output: Path, source: Path, *, force: bool) -> None:
    """Raises UsageError for an output that is the source, or a file that isn't a program of ours,
    unless forced."""
    if not output.exists():
        return
    if source.exists() and output.samefile(source):
        message = f"{output} is what is to be packed"
        raise UsageError(Diagnostic("OX0817", message, help="name another file: -o FILE"))
    if not force and not _is_ours(output):
        message = f"{output} is there already, and it is no program that oxidize built"
        help_ = "name another file: -o FILE; or let it be replaced: --force"
        raise UsageError(Diagnostic("OX0817", message, help=help_))


def _is_ours(path: Path) -> bool:
    """Whether a file carries a container; an empty one was made to be filled."""
    from oxidize.actions.mapped import mapped
    from oxidize.binary.payload import NoPayload, find_payload

    if not path.is_file():
        return False
    try:
        data = mapped(path)
        return not data or bool(find_payload(data))
    except (NoPayload, OSError):
        return False
