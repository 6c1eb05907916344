"""Errors of operations on values: operators, loops, unpacking, indices, keys and formats."""

from __future__ import annotations

import re

from oxidize.errors import Diagnostic
from oxidize.starlark.diagnose.kinds import kind_name, wanted_type
from oxidize.starlark.diagnose.objects import loop
from oxidize.starlark.diagnose.scene import Scene
from oxidize.suggest import choice, did_you_mean


def of_two(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """An operator between values that it doesn't fit."""
    operator, left, right = match[1], kind_name(match[2]), kind_name(match[3])
    if operator == "[]":
        return scene.diagnostic("OX0253", f"{left} has no items to take by {right}")
    if operator in ("compare", "cmp()"):
        return scene.diagnostic("OX0250", f"{left} and {right} can't be compared")
    if operator == "in":
        return scene.diagnostic("OX0250", f'"in" doesn\'t work on {right}')
    message = f'"{operator}" doesn\'t work between {left} and {right}'
    return scene.diagnostic("OX0250", message, help=_operator_help(operator, {left, right}))


def of_one(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """An operation that the value doesn't have."""
    operation, kind = match[1], kind_name(match[2])
    if operation == "call()":
        return scene.diagnostic("OX0251", f"{kind} can't be called", help=_call_help(scene, kind))
    if operation == "(iter)":
        return loop(scene, match[2])
    if operation == "len()":
        unpacked = scene.call is None or scene.call.callee != "len"
        what = "can't be unpacked" if unpacked else "has no length"
        return scene.diagnostic("OX0207", f"{kind} {what}")
    if found := re.fullmatch(r"format\((%.)\)", operation):
        return scene.diagnostic("OX0256", f'"{found[1]}" needs a number, not {kind}')
    if found := re.fullmatch(r"\.(\w+)=?", operation):
        message = f'{kind} has no attribute "{found[1]}"'
        return scene.diagnostic("OX0205", message)
    return scene.diagnostic("OX0250", f'"{operation}" doesn\'t work on {kind}')


def unpacking(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """`a, b = value` with more or fewer values than names."""
    given, names = int(match[1]), int(match[2])
    values = "1 value" if given == 1 else f"{given} values"
    return scene.diagnostic("OX0252", f"{values} can't be unpacked into {names} names")


def index_type(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """An index, or an element to look for, of a type that can't be one."""
    wanted, kind = wanted_type(match[1]), kind_name(match[2])
    if re.search(r"\bin\b", scene.text()):
        return scene.diagnostic("OX0250", f"only {wanted} can be in {wanted}, not {kind}")
    return scene.diagnostic("OX0253", f"an index must be {wanted}, not {kind}")


def no_key(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A key that isn't in a dict, or a name that a format string lacks."""
    if scene.call and scene.call.callee == "format":
        message = f'the format names "{match[1]}", which isn\'t given'
        return scene.diagnostic("OX0256", message)
    help = None
    if scene.text().startswith("VARS["):
        name = match[1].strip('"')
        help = f'give it with --var {name}=VALUE, or read it with VARS.get("{name}")'
    return scene.diagnostic("OX0217", f"there is no key {match[1]}", help=help)


def no_index(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """An index beyond the end."""
    text = scene.text()
    if re.search(r":\s*0\s*\]$", text):
        return scene.diagnostic("OX0214", "the step of a slice can't be 0")
    if re.search(r"\.pop\(\s*\)$", text):
        return scene.diagnostic("OX0217", "there is nothing to pop: the list is empty")
    # Of an index from the end, the message has what that comes to.
    written = re.search(r"\[\s*(-?\d+)\s*\]$", text)
    return scene.diagnostic("OX0217", f"there is no index {written[1] if written else match[1]}")


def not_in(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """remove(), index() or pop() of what isn't there."""
    return scene.diagnostic("OX0217", f"there is no {match[1]} in {match[2]}")


def division(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """Division by zero."""
    return scene.diagnostic("OX0255", f"{match[1]} is divided by 0")


def no_number(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """int() or float() of some other text."""
    base = match.groupdict().get("base")
    what = "a number" if base is None else f"an integer in base {base}"
    return scene.diagnostic("OX0254", f'"{match["text"]}" is not {what}')


def format_string(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A format that can't be understood, or has not as many places as there are values."""
    told = match[0]
    if told.startswith(("Not enough", "Too many")):
        than = "more" if told.startswith("Not enough") else "fewer"
        return scene.diagnostic("OX0256", f"the format has {than} places than there are values")
    return scene.diagnostic("OX0256", f"the format can't be understood: {_lowered(told)}")


def key_twice(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A dict with the same key twice, or an enum with the same value twice."""
    what = "the key" if match[0].startswith("Dict") else "the value"
    return scene.diagnostic("OX0257", f"{what} {match[1]} is there twice")


def no_hash(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A key that can be changed."""
    kind = kind_name(match[1])
    help = "use a tuple: tuple(value)" if kind == "list" else None
    return scene.diagnostic("OX0258", f"{kind} can't be a key of a dict", help=help)


def changed_in_loop(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A list or dict that is changed while a loop goes over it."""
    message = "this changes what a loop goes over"
    return scene.diagnostic("OX0261", message, help="loop over a copy: list(...)")


def immutable(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A change of what can't be changed: frozen, or a str or tuple."""
    message = "this would change a value that can't be changed"
    note = "what a loaded file made is frozen, and str and tuple never change"
    help = "change a copy: list(value) or dict(value)"
    return scene.diagnostic("OX0218", message, notes=(note,), help=help)


def other_type(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A value that isn't what the annotation of a result or a variable says."""
    kind, wanted = kind_name(match[1]), wanted_type(match[2])
    what = "the function must return" if scene.text().startswith("return") else "this must be"
    return scene.diagnostic("OX0259", f"{what} {wanted}, not {kind}")


def no_type(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A type in quotes."""
    name = match[1].strip('"')
    return scene.diagnostic("OX0262", f'"{name}" is text, not a type', help=f"write {name}")


def constructor_as_type(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A name that is called, not a type."""
    told = f"{match[1]} is a function here, and can't be written as a type"
    return scene.diagnostic("OX0262", told, help="leave the annotation out, or write typing.Any")


def no_enum_value(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A value that an enum doesn't have."""
    known = re.findall(r'"([^"]*)"', match[2])
    value = match[1].strip('"')
    message = f'"{value}" is not one of {choice(known)}'
    return scene.diagnostic("OX0208", message, help=did_you_mean(value, known))


def invalid(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """A value of the right type that a builtin function or an operator can't take."""
    told = next(told for begin, told in _INVALID.items() if match[0].startswith(begin))
    return scene.diagnostic("OX0214", told)


def no_base(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """int() in a base that there isn't."""
    return scene.diagnostic("OX0214", f"the base of int() is 2 to 36, not {match[1]}")


def no_json(scene: Scene, match: re.Match[str]) -> Diagnostic:
    """json.decode() of other text."""
    return scene.diagnostic("OX0214", "the text isn't JSON", notes=(match[0],))


# How Starlark's messages about values begin, and what to tell.
_INVALID = {
    "Argument is an empty iterable": "nothing has no smallest or largest element",
    "Third argument of range": "the step of range() can't be 0",
    "Cannot .popitem": "there is nothing to pop: the dict is empty",
    "chr() parameter": "chr() takes the number of a character",
    "ord(): ": "ord() takes a text of one character",
    "Negative ": "bits can't be shifted by a negative number",
    "Integer overflow": "the result is too large",
}
INVALID = "|".join(map(re.escape, _INVALID))


def _operator_help(operator: str, kinds: set[str]) -> str | None:
    if operator == "+" and "str" in kinds and len(kinds) == 2:
        return "turn the other one into text: str(value)"
    if operator == "+" and kinds == {"list", "tuple"}:
        return "make both lists: list(value)"
    if operator == "+" and kinds == {"dict"}:
        return "write a | b"
    return None


def _call_help(scene: Scene, kind: str) -> str | None:
    name = re.match(r"\w+", scene.text())
    if name and kind in ("str", "list", "dict", "int", "bool", "None") and scene.source:
        bound = re.search(rf"^[ \t]*{name[0]}[ \t]*=[^=]", scene.source.text, re.MULTILINE)
        return f'"{name[0]}" is a variable here' if bound else None
    return None


def _lowered(text: str) -> str:
    text = text.replace("`", '"')
    return text[:1].lower() + text[1:]
