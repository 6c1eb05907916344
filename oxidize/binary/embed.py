"""Embedding: a container into a linked runtime, and finding it there again, in each format."""

from __future__ import annotations

from collections.abc import Iterator

from oxidize.binary.embed_elf import embed_elf, find_in_elf
from oxidize.binary.embed_macho import embed_macho, find_in_macho
from oxidize.binary.embed_pe import Appearance, embed_pe, find_in_pe
from oxidize.binary.error import BinaryError
from oxidize.binary.load_commands import MAGIC as MACHO_MAGIC
from oxidize.binary.pe_file import is_pe
from oxidize.binary.universal import is_universal, slices


def embed(
    runtime: bytes, payload: bytes | memoryview, appearance: Appearance, identifier: str = ""
) -> Iterator[bytes | memoryview]:
    """The executable, piece by piece; Windows' own have an appearance, and macOS' own are signed
    with an identifier.

    Raises BinaryError when the runtime isn't one, or already carries a container.
    """
    if is_pe(runtime):
        return embed_pe(runtime, payload, appearance)
    if runtime.startswith(MACHO_MAGIC):
        return embed_macho(runtime, payload, identifier)
    return embed_elf(runtime, payload)


def find_payload(executable: bytes | memoryview) -> memoryview:
    """The container inside an executable that oxidize made; of a universal one, that of its first
    architecture. Raises BinaryError when there is none."""
    if is_pe(executable):
        return find_in_pe(executable)
    if is_universal(executable):
        parts = slices(executable)
        if not parts:
            raise BinaryError("a universal file without any architecture")
        return find_in_macho(parts[0].data)
    if bytes(executable[:4]) == MACHO_MAGIC:
        return find_in_macho(executable)
    return find_in_elf(executable)
