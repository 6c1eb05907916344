"""What can be completed: the verbs with their options and arguments, read from their parsers."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from attrs import frozen

from oxidize.cli.verbs import VERBS, Verb
from oxidize.codes import TITLES
from oxidize.triples import TRIPLES

Source = Literal["choices", "files", "folders", "targets", "anything"]


@frozen
class Value:
    """What can stand somewhere; `choices` are the words, if these are all there are."""

    source: Source
    choices: tuple[str, ...] = ()


@frozen
class Option:
    """One option; `value` is None if it takes none."""

    flags: tuple[str, ...]
    help: str
    value: Value | None


@frozen
class Command:
    """One verb; `argument` is None if it takes none, and `repeated` if it takes any number.

    `passes`: what follows `--` is for a program.
    """

    name: str
    help: str
    options: tuple[Option, ...]
    argument: Value | None
    repeated: bool
    passes: bool


def read_commands() -> tuple[Command, ...]:
    """All verbs."""
    return tuple(map(_command, VERBS.values()))


def _command(verb: Verb) -> Command:
    actions = verb.parser()._actions
    arguments = [each for each in actions if not each.option_strings]
    first = arguments[0] if arguments else None
    return Command(
        verb.name,
        verb.help,
        tuple(_option(each) for each in actions if each.option_strings),
        _value(first) if first else None,
        repeated=first is not None and first.nargs in ("*", "+"),
        passes=verb.passes,
    )


def _option(action: argparse.Action) -> Option:
    takes = action.nargs != 0
    choices = ", ".join(map(str, action.choices or ()))
    help_ = (action.help or f"one of {choices}") % vars(action)
    return Option(tuple(action.option_strings), help_, _value(action) if takes else None)


def _value(action: argparse.Action) -> Value:
    """By its choices, else by the name that help gives it, else by its type."""
    if action.choices:
        return Value("choices", tuple(map(str, action.choices)))
    metavar = str(action.metavar)
    if metavar in _WORDS:
        return Value("choices", tuple(_WORDS[metavar]()))
    sources: dict[str, Source] = {"TARGET": "targets", "DIR": "folders"}
    return Value(sources.get(metavar, "files" if action.type is Path else "anything"))


def _pages() -> Iterable[str]:
    from oxidize.objects.language import language

    return ("globals", *language().types)


_WORDS: dict[str, Callable[[], Iterable[str]]] = {
    "T": lambda: TRIPLES,
    "CODE": lambda: TITLES,
    "PAGE": _pages,
}
