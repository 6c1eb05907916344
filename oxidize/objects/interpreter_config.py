"""PythonInterpreterConfig: how the embedded interpreter is set up, and what it runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from attrs import define

from oxidize.graph.action import Value
from oxidize.objects.base import ScriptObject
from oxidize.objects.interpreter_settings import INTERPRETER_SETTINGS
from oxidize.objects.member import Parameter
from oxidize.objects.problem import refuse

_RUN = ("run_module", "run_command", "run_filename")
_MODULE = re.compile(r"\w+(\.\w+)*")
_LARGEST_SEED = 2**32 - 1


@define(eq=False, kw_only=True)
class PythonInterpreterConfig(ScriptObject):
    """How the embedded interpreter is set up, and what it runs.

    Its settings are the arguments of the call that makes it.
    """

    SETTINGS: ClassVar[tuple[Parameter, ...]] = INTERPRETER_SETTINGS
    values: Mapping[str, Value]


def checked_settings(settings: Mapping[str, object]) -> dict[str, Value]:
    """The settings that are given, as parameters of an action. Refuses what can't work."""
    given = {name: value for name, value in settings.items() if value is not None}
    _check_text(given)
    _check_what_runs(given)
    seed = given.get("hash_seed")
    if isinstance(seed, int) and not 0 <= seed <= _LARGEST_SEED:
        message = f"hash_seed must lie between 0 and {_LARGEST_SEED}, not be {seed}"
        refuse("OX0214", message, argument="hash_seed")
    return {name: _value(value) for name, value in given.items()}


def _check_text(given: Mapping[str, object]) -> None:
    for name, value in given.items():
        for text in value if isinstance(value, (list, tuple)) else [value]:
            if "\0" in str(text):
                refuse("OX0214", f"{name} can't hold a NUL character", argument=name)


def _check_what_runs(given: Mapping[str, object]) -> None:
    runs = [name for name in _RUN if name in given]
    if len(runs) > 1:
        refuse(
            "OX0215",
            f"{runs[0]} and {runs[1]} are both given, but a program runs one thing",
            argument=runs[1],
            help="keep one of run_module, run_command and run_filename",
        )
    module = given.get("run_module")
    if isinstance(module, str) and (module.endswith(".py") or not _MODULE.fullmatch(module)):
        refuse(
            "OX0214",
            f'run_module must be the dotted name of a module, not "{module}"',
            argument="run_module",
            help=_module_help(module),
        )


def _module_help(module: str) -> str | None:
    name = module.removesuffix(".py").strip("./").replace("/", ".")
    return f'write run_module = "{name}"' if _MODULE.fullmatch(name) else None


def _value(value: object) -> Value:
    if isinstance(value, (list, tuple)):
        return tuple(str(each) for each in value)
    assert isinstance(value, (str, int))
    return value
