"""Refusing what a script asks for: the exception that methods raise and the bridge locates."""

from __future__ import annotations

from typing import NoReturn

from oxidize.errors import BuildFileError, Diagnostic


class Refusal(BuildFileError):
    """A build file error that still lacks its place; `argument` names the culprit, if it is one."""

    def __init__(self, diagnostic: Diagnostic, argument: str | None = None) -> None:
        super().__init__(diagnostic)
        self.argument = argument


def refuse(
    code: str,
    message: str,
    *,
    argument: str | None = None,
    notes: tuple[str, ...] = (),
    help: str | None = None,
) -> NoReturn:
    """Raises a Refusal; the bridge adds the span of the user's call and the call stack."""
    raise Refusal(Diagnostic(code, message, notes=notes, help=help), argument)
