"""Dotted names of modules."""

from __future__ import annotations

import json
import re

from oxidize.objects.file_name import is_long_path
from oxidize.objects.problem import refuse

# What a file's name has after a module's: as much as `.cpython-313.opt-2.pyc`.
_ENDING = 40
_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def check_module_name(name: str, argument: str) -> None:
    """Refuses what can't be a module's dotted name, with the name that a path stands for."""
    if is_long_path(name.replace(".", "/"), _ENDING):
        refuse("OX0214", "this name is too long for the file of a module", argument=argument)
    if _MODULE.fullmatch(name):
        return
    shown = json.dumps(name, ensure_ascii=False)
    refuse("OX0214", f"{shown} can't be the name of a module", argument=argument, help=_help(name))


def _help(name: str) -> str | None:
    meant = name.removesuffix(".py").strip("./\\").replace("/", ".").replace("-", "_")
    return f'did you mean "{meant}"?' if _MODULE.fullmatch(meant) else None
