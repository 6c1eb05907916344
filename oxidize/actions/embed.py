"""embed: a container into a runtime, which makes the executable."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.mapped import mapped
from oxidize.binary.embed import embed
from oxidize.binary.embed_pe import Appearance, TooLarge
from oxidize.binary.error import BinaryError
from oxidize.binary.load_commands import MachoTooLarge
from oxidize.binary.native import needs_of
from oxidize.binary.pe_resources import ResourceError, items, section
from oxidize.binary.portability import INTERPRETER, Part, Portability
from oxidize.errors import ActionError, Diagnostic


class Embed(Kind):
    """runtime, payload; needs, of what the payload carries; for Windows, icon, if there is one ->
    `executable`, and `portability`: what it needs of the system with all that it carries.
    `identifier` is for the signature of programs that get one."""

    mnemonic: ClassVar[str] = "embed"
    version: ClassVar[int] = 4
    outputs: ClassVar[Mapping[str, OutputForm]] = {"executable": "file", "portability": "file"}

    def run(self, context: ActionContext) -> None:
        """Writes the executable; no compiler takes part."""
        runtime = context.input("runtime").read_bytes()
        payload = mapped(context.input("payload"))
        output = context.output("executable")
        try:
            identifier = str(context.params.get("identifier", ""))
            pieces = embed(runtime, payload, _appearance(context), identifier)
            with output.open("wb") as out:
                for piece in pieces:
                    out.write(piece)
        except TooLarge as error:
            raise _too_large("OX0553", error) from error
        except MachoTooLarge as error:
            raise _too_large("OX0562", error) from error
        output.chmod(0o755)
        own = Part("", INTERPRETER, needs_of(runtime))
        carried = Portability.load(context.input("needs").read_text())
        context.output("portability").write_text(Portability((own, *carried.parts)).dump())


def _too_large(code: str, error: BinaryError) -> ActionError:
    help_ = 'packed_resources_load_mode = "binary-relative-memory-mapped:NAME" has the resources '
    help_ += "in a file next to it"
    return ActionError(Diagnostic(code, f"the program is too large: {error}", help=help_))


def _appearance(context: ActionContext) -> Appearance:
    """Of a program that Windows runs."""
    subsystem, version = context.params.get("subsystem"), context.params.get("version_info")
    if subsystem is None:
        return Appearance()
    icons = context.inputs("icon")
    texts = {str(k): str(v) for k, v in version.items()} if isinstance(version, Mapping) else {}
    try:
        found = items(icons[0].read_bytes() if icons else None, texts)
    except ResourceError as error:
        help_ = "an .ico file holds the same picture in several sizes; image editors write them"
        message = f"windows_icon can't be the program's icon: {error}"
        raise ActionError(Diagnostic("OX0551", message, help=help_)) from error
    return Appearance(subsystem == "windows", partial(section, found))
