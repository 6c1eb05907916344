"""PythonInterpreterConfig: how the embedded interpreter is set up, and what it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import define

from oxidize.graph.action import Value
from oxidize.objects.base import ScriptObject
from oxidize.objects.interpreter_checks import check_settings
from oxidize.objects.interpreter_settings import INTERPRETER_SETTINGS, PROFILES
from oxidize.objects.member import Parameter


@define(eq=False, kw_only=True)
class PythonInterpreterConfig(ScriptObject):
    """How the embedded interpreter is set up, and what it runs.

    Its settings are the arguments of the call that makes it.
    """

    SETTINGS: ClassVar[tuple[Parameter, ...]] = INTERPRETER_SETTINGS
    values: Mapping[str, Value]


def checked_settings(settings: Mapping[str, object]) -> dict[str, Value]:
    """All settings that aren't CPython's to decide, as parameters of an action. Refuses what can't
    work."""
    given = {name: value for name, value in settings.items() if value is not None}
    check_settings(given)
    profile = PROFILES[str(given["config_profile"])]
    if given.get("use_environment") or given.get("user_site_directory"):
        # Isolation would win over what was asked for.
        given.setdefault("isolated", False)
    return {name: _value(value) for name, value in {**profile, **given}.items()}


def _value(value: object) -> Value:
    if isinstance(value, (list, tuple)):
        return tuple(str(each) for each in value)
    assert isinstance(value, (str, int))
    return value
