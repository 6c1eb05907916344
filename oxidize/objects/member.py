"""What scripts can call: functions and methods, read from annotated and documented Python.

From these records come the Starlark prelude, the check interface, the editor stubs and the
reference pages; nothing about a method is written down anywhere else.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar, get_type_hints

from attrs import frozen

from oxidize.objects.callback import Callback
from oxidize.objects.script_type import ScriptType, Text, script_type

_Function = TypeVar("_Function", bound=Callable[..., object])

REQUIRED = inspect.Parameter.empty


@frozen
class Parameter:
    """One parameter as scripts see it."""

    name: str
    type: ScriptType
    default: object = REQUIRED
    doc: str = ""
    keyword_only: bool = False
    variadic: bool = False
    text: bool = False
    """The argument may be anything and arrives as text."""
    callback: bool = False
    """The argument is a function, which stays in the script."""

    @property
    def required(self) -> bool:
        """Whether each call has to give it."""
        return self.default is REQUIRED and not self.variadic


@frozen
class Field:
    """One plain value of an object, and how it is read."""

    name: str
    type: ScriptType
    doc: str
    read: Callable[[Any], object]


@frozen
class Member:
    """One function or method: its signature, its documentation and the Python behind it."""

    name: str
    parameters: tuple[Parameter, ...]
    returns: ScriptType
    doc: str
    call: Callable[..., object]
    changes: bool = False
    """Alters its object, which must not be frozen then."""
    each_pass: bool = False
    """Asked anew in each pass over the script; other calls are answered once and replayed."""
    decides: bool = False
    """Works during the build too, in functions that decide on resources."""

    @property
    def sent(self) -> tuple[Parameter, ...]:
        """The parameters whose arguments leave the script."""
        return tuple(each for each in self.parameters if not each.callback)

    @property
    def callback(self) -> Parameter | None:
        """The parameter that is a function, if there is one."""
        return next((each for each in self.parameters if each.callback), None)


@frozen
class _Mark:
    settings: tuple[Parameter, ...]
    changes: bool
    each_pass: bool
    decides: bool


def exposed(
    *,
    settings: tuple[Parameter, ...] = (),
    changes: bool = False,
    each_pass: bool = False,
    decides: bool = False,
) -> Callable[[_Function], _Function]:
    """Marks a method of an object type, or a function that takes the context, for scripts.

    `settings` are further keyword parameters, declared as a table; they replace `**settings`.
    """

    def mark(function: _Function) -> _Function:
        function.__script__ = _Mark(settings, changes, each_pass, decides)  # type: ignore[attr-defined]
        return function

    return mark


def setting(name: str, hint: object, default: object, doc: str) -> Parameter:
    """One row of a table of settings."""
    return Parameter(name, script_type(hint), default, doc, keyword_only=True)


def is_exposed(value: object) -> bool:
    """Whether scripts see this function."""
    return callable(value) and hasattr(value, "__script__")


def read_member(
    function: Callable[..., Any],
    types: Mapping[str, object] | None = None,
    owner: type | None = None,
) -> Member:
    """The member that a marked function stands for; its annotations may name `types` that its
    file doesn't import, for fear of a cycle, and Self for its `owner`."""
    mark: _Mark = function.__script__  # type: ignore[attr-defined]
    hints = get_type_hints(function, localns=dict(types or {}))
    returns = hints.get("return", type(None))
    doc, arguments = split_docstring(inspect.getdoc(function) or "")
    own = [
        _parameter(each, hints[each.name], arguments)
        for each in list(inspect.signature(function).parameters.values())[1:]
        if each.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    return Member(
        function.__name__,
        (*own, *mark.settings),
        script_type(owner if returns is Self else returns),
        doc,
        function,
        mark.changes,
        mark.each_pass,
        mark.decides,
    )


def read_field(function: Callable[..., Any]) -> Field:
    """The field that a marked property's function stands for."""
    hint = get_type_hints(function)["return"]
    doc = " ".join((inspect.getdoc(function) or "").split())
    return Field(function.__name__, script_type(hint), doc, function)


def _parameter(each: inspect.Parameter, hint: object, docs: Mapping[str, str]) -> Parameter:
    return Parameter(
        each.name,
        script_type(hint),
        each.default,
        docs.get(each.name, ""),
        keyword_only=each.kind is inspect.Parameter.KEYWORD_ONLY,
        variadic=each.kind is inspect.Parameter.VAR_POSITIONAL,
        text=hint is Text,
        callback=hint is Callback,
    )


_ARGUMENT = re.compile(r"^    (\w+): ", re.MULTILINE)


def split_docstring(doc: str) -> tuple[str, dict[str, str]]:
    """The text before `Args:`, and what that section says of each argument."""
    text, _, section = doc.partition("\nArgs:\n")
    parts = _ARGUMENT.split(section)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return text.strip(), {name: " ".join(told.split()) for name, told in pairs}
