"""Dotted names of modules."""

from __future__ import annotations

import json
import re

from oxidize.objects.problem import refuse

_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def check_module_name(name: str, argument: str) -> None:
    """Refuses what can't be a module's dotted name, with the name that a path stands for."""
    if _MODULE.fullmatch(name):
        return
    shown = json.dumps(name, ensure_ascii=False)
    refuse("OX0214", f"{shown} can't be the name of a module", argument=argument, help=_help(name))


def _help(name: str) -> str | None:
    meant = name.removesuffix(".py").strip("./\\").replace("/", ".").replace("-", "_")
    return f'did you mean "{meant}"?' if _MODULE.fullmatch(meant) else None
