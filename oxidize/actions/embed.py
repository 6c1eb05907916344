"""embed: a container into a runtime, which makes the executable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.mapped import mapped
from oxidize.binary.embed import embed_elf
from oxidize.binary.embed_macho import embed_macho
from oxidize.binary.load_commands import MAGIC as MACHO_MAGIC
from oxidize.binary.native import needs_of
from oxidize.binary.portability import INTERPRETER, Part, Portability


class Embed(Kind):
    """runtime, payload; needs, of what the payload carries -> `executable`, and `portability`:
    what it needs of the system with all that it carries. `identifier` is for the signature of
    programs that get one."""

    mnemonic: ClassVar[str] = "embed"
    version: ClassVar[int] = 2
    outputs: ClassVar[Mapping[str, OutputForm]] = {"executable": "file", "portability": "file"}

    def run(self, context: ActionContext) -> None:
        """Writes the executable; no compiler takes part."""
        runtime = context.input("runtime").read_bytes()
        payload = mapped(context.input("payload"))
        output = context.output("executable")
        with output.open("wb") as out:
            for piece in _pieces(context, runtime, payload):
                out.write(piece)
        output.chmod(0o755)
        own = Part("", INTERPRETER, needs_of(runtime))
        carried = Portability.load(context.input("needs").read_text())
        context.output("portability").write_text(Portability((own, *carried.parts)).dump())


def _pieces(
    context: ActionContext, runtime: bytes, payload: bytes | memoryview
) -> Iterator[bytes | memoryview]:
    if not runtime.startswith(MACHO_MAGIC):
        return embed_elf(runtime, payload)
    return embed_macho(runtime, payload, str(context.params["identifier"]))
