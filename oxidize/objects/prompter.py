"""The prompter: who can be asked while a build file is evaluated."""

from __future__ import annotations

from typing import NoReturn, Protocol


class Prompter(Protocol):
    """All but `available` may only be called if that is true."""

    @property
    def available(self) -> bool:
        """Whether anyone is there."""

    def confirm(self, prompt: str, default: bool | None) -> bool:
        """A yes or no; an empty answer is the default."""

    def text(self, prompt: str, default: str | None) -> str:
        """A line; an empty answer is the default."""

    def secret(self, prompt: str, *, confirm: bool) -> str:
        """A line that isn't shown; with `confirm`, asked until two answers agree."""


class Nobody:
    """The prompter of an evaluation that nobody watches."""

    available = False

    def confirm(self, prompt: str, default: bool | None) -> NoReturn:
        """Never called."""
        raise NotImplementedError

    def text(self, prompt: str, default: str | None) -> NoReturn:
        """Never called."""
        raise NotImplementedError

    def secret(self, prompt: str, *, confirm: bool) -> NoReturn:
        """Never called."""
        raise NotImplementedError
