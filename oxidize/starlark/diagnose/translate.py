"""Turns a StarlarkError into a diagnostic: one table from its message to who explains it."""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import evolve

from oxidize.errors import BuildFileError, Diagnostic
from oxidize.objects.problem import Refusal
from oxidize.starlark.diagnose import builtins, calls, names, objects, operations
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
    message = message or "fail() was called, without a message"
    return scene.diagnostic("OX0211", message, notes=notes, help=help)


def _too_deep(scene: Scene, match: re.Match[str]) -> Diagnostic:
    message = "calls are nested too deeply; is a function calling itself?"
    return scene.diagnostic("OX0110", message)


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
    (r"Operation `(.+)` not supported for types `(.+)` and `(.+)`", operations.of_two),
    (r"Operation `(.+)` not supported on type `(.+)`", operations.of_one),
    (r"Unpacked (\d+) values but expected (\d+)", operations.unpacking),
    (r"Expected `(.+)`, but got `(\w+) \(.*", operations.index_type),
    (r"Type of parameters mismatch, expected `(.+)`, actual `(\w+) .*", operations.index_type),
    (r"Immutable", operations.immutable),
    (r"fail:\s*(.*)", _failed),
    (r"Key `(.*)` was not found", operations.no_key),
    (r"Index `(.*)` is out of bound", operations.no_index),
    (r"Key `(.*)` not found in dictionary `(.*)`", operations.not_in),
    (r"(?:Element|Substring) '(.*)' not found in (?:list )?'(.*)'", operations.not_in),
    (r"(?:Floor division|Modulo|float division) by zero: (.+) (?://|%|/) .*", operations.division),
    (
        r"Cannot parse `(?P<text>.*)` as an integer in base (?P<base>\d+)",
        operations.no_number,
    ),
    (r"[`\"](?P<text>.*)[`\"] is not a valid number: .*", operations.no_number),
    (
        r"(?:Not enough|Too many) (?:arguments|parameters) (?:for|in) format string",
        operations.format_string,
    ),
    (
        r"(?:Unsupported format character|Incomplete format|Unmatched|Cannot mix).*",
        operations.format_string,
    ),
    (r"Dictionary key repeated for `(.*)`", operations.key_twice),
    (r"enum values must all be distinct, but repeated `(.*)`", operations.key_twice),
    (r"Value of type `(.+)` is not hashable", operations.no_hash),
    (r"This operation mutates an iterable .*", operations.changed_in_loop),
    (
        r"Value `.*` of type `(.+?)` does not match the type annotation `(.+)` for .*",
        operations.other_type,
    ),
    (r"String literals are not allowed in type expressions: `(.*)`", operations.no_type),
    (r"Type `<\w+>\.(\w+)` is not a valid type annotation", operations.constructor_as_type),
    (r"Unknown enum element `(.*)`, given to `(.*)`", operations.no_enum_value),
    (
        r"Type of parameter `.+` doesn't match, expected `(.+)`, actual `(\w+) \(.*",
        builtins.wrong_type,
    ),
    (
        r"Wrong number of positional arguments, expected (.+), got (\d+)",
        builtins.wrong_number,
    ),
    (r"Argument `(\w+)` occurs more than once", builtins.given_twice),
    (rf"(?:{operations.INVALID}).*", operations.invalid),
    (r"(\d+) is not a valid base.*", operations.no_base),
    (r".* at line \d+ column \d+", operations.no_json),
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
    message = refusal.diagnostic.message
    if span and scene.inside:
        # A rule hands its argument on, by the same name, to a function that nobody else called.
        of = re.compile(rf"{refusal.argument} of \w+\(\)")
        message = of.sub(f"{refusal.argument} of {scene.inside}()", message, count=1)
    place = span or scene.span
    return BuildFileError(
        evolve(refusal.diagnostic, message=message, span=place, stack=scene.frames)
    )
