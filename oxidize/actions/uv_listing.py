"""What there is of locked packages, as uv lists it: all files of each, with their hashes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from oxidize.actions.interpreter import Interpreter
from oxidize.actions.kind import ActionContext
from oxidize.actions.uv_command import run_uv


def listed(
    context: ActionContext,
    lines: Iterable[str],
    flags: Iterable[str],
    python: Interpreter,
    minor: str,
) -> Mapping[str, Any]:
    """The content of a pylock.toml with these requirements alone. Raises ActionError."""
    out = context.scratch / "pylock.toml"
    run_uv(
        context,
        python,
        [
            *("pip", "compile", requirements_file(context, lines), "--output-file", out),
            *("--no-deps", "--universal", "--generate-hashes", "--format", "pylock.toml"),
            *("--python", python.executable, "--python-version", minor),
            *flags,
        ],
    )
    return tomllib.loads(out.read_text(encoding="utf-8"))


def requirements_file(context: ActionContext, lines: Iterable[str]) -> Path:
    """A file with these lines."""
    file = context.scratch / "requirements.txt"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file
