"""What to tell of an argument of the wrong type: which element it is, and the line to write."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable


def other_element(value: str, kind: str, wanted: str) -> str | None:
    """Of a list or dict, the part that isn't as it should be."""
    if kind not in ("list", "dict") or not wanted.startswith(f"{kind}["):
        return None
    try:
        parts = _parts(ast.literal_eval(value))
    except (ValueError, SyntaxError, RecursionError):
        # Objects and functions are printed in ways of their own.
        return "not of other values"
    for part in parts:
        if not isinstance(part, str):
            return f"but it holds {part!r}"
    return None


def type_help(name: str, value: str, kind: str, wanted: str) -> str | None:
    """The argument as it was meant, where that can be told."""
    if kind == "str" and wanted.startswith("list[str]"):
        return f"write {name} = [{json.dumps(value, ensure_ascii=False)}]"
    if kind == "tuple" and wanted.startswith("list["):
        return "write [...] in place of (...)"
    if kind in ("int", "float") and wanted.startswith("str"):
        return f'write {name} = "{value}"'
    if kind == "str" and wanted.startswith("int") and value.lstrip("-").isdigit():
        return f"write {name} = {value}"
    if kind == "str" and wanted.startswith("bool") and value.lower() in ("true", "false"):
        return f"write {name} = {value.capitalize()}"
    return None


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []
