"""What was found of programs for macOS while they were made, and what their files say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from oxidize.actions.kind import ActionContext
from oxidize.actions.mapped import mapped
from oxidize.actions.program_needs import program_needs
from oxidize.binary.native import NativeError, read_native
from oxidize.binary.portability import newest
from oxidize.errors import ActionError, Diagnostic
from oxidize.triples import apple_machine


def minimum_macos(context: ActionContext, program: Path) -> str:
    """The oldest macOS that a program, and all whose `needs` are inputs, run on; "" if they don't
    say. Raises ActionError for a file that is no program for macOS."""
    own = (needs for _, needs in _parts(program))
    return newest([*own, program_needs(context)]).get("macOS", "")


def architectures(program: Path) -> Sequence[str]:
    """What a program is for, such as "arm64". Raises ActionError likewise."""
    return sorted({apple_machine(machine) for machine, _ in _parts(program)})


def licence_texts(context: ActionContext) -> str:
    """All `licences`, each once: programs for two architectures mostly have the same."""
    texts = (each.read_text("utf-8") for each in context.inputs("licences"))
    return "\n\n".join(dict.fromkeys(texts))


def _parts(program: Path) -> list[tuple[str, dict[str, str]]]:
    """The machine and the needs of each part of a file."""
    try:
        found = read_native(mapped(program))
    except NativeError:
        found = ()
    parts = [(each.machine, dict(each.needs)) for each in found if each.format == "Mach-O"]
    if not parts:
        raise ActionError(
            Diagnostic(
                "OX1104",
                f"{program.name} isn't a program for macOS",
                help="build it with --target-triple aarch64-apple-darwin",
            )
        )
    return parts
