"""Turns a StarlarkError into a diagnostic: one table from its message to who explains it."""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import evolve

from oxidize.errors import BuildFileError, Diagnostic
from oxidize.objects.problem import Refusal
from oxidize.starlark.diagnose import calls, names, objects
from oxidize.starlark.diagnose.scene import Scene
from oxidize.starlark.diagnose.syntax import syntax_error

Rule = Callable[[Scene, re.Match[str]], Diagnostic]

_MEANT = r"(?:, did you mean `(\w+)`\?)?"
_CALL = r"for call to `?(.+?)`?"


def _failed(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """Further lines of the message that begin with "note: " or "help: " are just that."""
    message, *more = re.split(r"\n(?=note: |help: )", match[1])
    notes = tuple(each[6:] for each in more if each.startswith("note"))
    help = next((each[6:] for each in more if each.startswith("help")), None)
    return scene.diagnostic("OX0211", message, notes=notes, help=help)


def _too_deep(scene: Scene, match: re.Match[str]) -> Diagnostic:
    message = "calls are nested too deeply; is a function calling itself?"
    return scene.diagnostic("OX0110", message)


def _immutable(scene: Scene, match: re.Match[str]) -> Diagnostic:
    message = "this would change a value that is frozen since its file was loaded"
    return scene.diagnostic("OX0218", message, help="change a copy: list(value) or dict(value)")


def _no_key(scene: Scene, match: re.Match[str]) -> Diagnostic:
    help = None
    if scene.text().startswith("VARS["):
        name = match[1].strip('"')
        help = f'give it with --var {name}=VALUE, or read it with VARS.get("{name}")'
    return scene.diagnostic("OX0217", f"there is no key {match[1]}", help=help)


def _no_index(scene: Scene, match: re.Match[str]) -> Diagnostic:
    return scene.diagnostic("OX0217", f"there is no index {match[1]}")


_RULES: tuple[tuple[str, Rule], ...] = (
    (rf"Variable `(\w+)` not found{_MEANT}", names.unknown_name),
    (r"Local variable `(\w+)` referenced before assignment", names.used_too_early),
    (rf"Module has no symbol `(\w+)`{_MEANT}", names.no_such_symbol),
    (r"Module symbol `(\w+)` is not exported", names.not_exported),
    (r"Cannot import private symbol `(\w+)`", names.private_symbol),
    (r"Starlark call stack overflow", _too_deep),
    (
        r"Value `(.*)` of type `(.+?)` does not match the type annotation `(.+)` "
        r"for argument `(\w+)`",
        calls.wrong_type,
    ),
    (rf"Missing (?:named-only |positional-only )?parameter `(\w+)` {_CALL}", calls.missing),
    (rf"Found (.+) extra named parameter\(s\) {_CALL}", calls.surplus_names),
    (rf"Found (\d+) extra positional argument\(s\) {_CALL}", calls.surplus_positions),
    (
        r"(?:StarlarkError: )?Operation `serde::serialize` not supported on type `(.+)`",
        calls.not_sendable,
    ),
    (rf"Object of type `(\w+)` has no attribute `(\w+)`{_MEANT}", objects.no_attribute),
    (r"Operation `\.(\w+)=` not supported on type `(?:record|struct)`", objects.assignment),
    (r"Operation `\(iter\)` not supported on type `record`", objects.loop),
    (r"Immutable", _immutable),
    (r"fail: (.*)", _failed),
    (r"Key `(.*)` was not found", _no_key),
    (r"Index `(.*)` is out of bound", _no_index),
)
_COMPILED = [(re.compile(pattern, re.DOTALL), rule) for pattern, rule in _RULES]


def explain(scene: Scene) -> BuildFileError:
    """The error for what the evaluation raised."""
    for pattern, rule in _COMPILED:
        if match := pattern.fullmatch(scene.message):
            return BuildFileError(rule(scene, match))
    return BuildFileError(scene.diagnostic("OX0212", scene.message.replace("`", '"')))


def explain_syntax(scene: Scene) -> BuildFileError:
    """The error for what the parser raised."""
    return BuildFileError(syntax_error(scene))


def locate(refusal: Refusal, scene: Scene) -> BuildFileError:
    """The error for what a method refused, at the user's call or its argument."""
    span = scene.argument_span(refusal.argument) if refusal.argument else None
    place = span or scene.span
    return BuildFileError(evolve(refusal.diagnostic, span=place, stack=scene.frames))
