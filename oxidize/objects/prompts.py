"""The functions that ask whoever runs the build: the answers are as good as arguments."""

from __future__ import annotations

from typing import TypeVar

from oxidize.objects.context import Context
from oxidize.objects.member import exposed
from oxidize.objects.problem import refuse
from oxidize.objects.secret import Secret as SecretText

_Answer = TypeVar("_Answer")


@exposed()
def can_prompt(context: Context) -> bool:
    """Whether somebody can be asked: whether standard input is a terminal."""
    return context.prompter.available


@exposed()
def prompt_confirm(context: Context, prompt: str, default: bool | None = None) -> bool:
    """Asks for a yes or no.

    Args:
        prompt: The question.
        default: The answer where nobody can be asked, or nothing is entered; None: an error.
    """
    if context.prompter.available:
        return context.prompter.confirm(prompt, default)
    return _unasked(prompt, default)


@exposed()
def prompt_input(context: Context, prompt: str, default: str | None = None) -> str:
    """Asks for a line of text.

    Args:
        prompt: The question.
        default: The answer where nobody can be asked, or nothing is entered; None: an error.
    """
    if context.prompter.available:
        return context.prompter.text(prompt, default)
    return _unasked(prompt, default)


@exposed()
def prompt_password(
    context: Context, prompt: str, confirm: bool = False, default: str | None = None
) -> SecretText:
    """Asks for a line that isn't shown, neither now nor later.

    Args:
        prompt: The question.
        confirm: Whether to ask until two answers agree.
        default: The answer where nobody can be asked; None: an error.
    """
    if context.prompter.available:
        return SecretText(context=context, text=context.prompter.secret(prompt, confirm=confirm))
    return SecretText(context=context, text=_unasked(prompt, default))


@exposed()
def Secret(context: Context, text: str) -> SecretText:
    """Keeps a text from being shown or cached, such as one of `VARS`.

    Args:
        text: What to keep.
    """
    return SecretText(context=context, text=text)


def _unasked(prompt: str, default: _Answer | None) -> _Answer:
    if default is None:
        refuse(
            "OX0226",
            f'"{prompt}" can\'t be asked: standard input is no terminal',
            help="give a default, or take the answer from VARS and build with --var or --var-env",
        )
    return default
