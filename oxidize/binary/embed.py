"""Embedding: a container into a linked runtime, and finding it there again, in each format."""

from __future__ import annotations

from collections.abc import Iterator

from oxidize.binary.embed_elf import embed_elf, find_in_elf
from oxidize.binary.embed_pe import Appearance, embed_pe, find_in_pe
from oxidize.binary.pe_file import is_pe


def embed(
    runtime: bytes, payload: bytes | memoryview, appearance: Appearance
) -> Iterator[bytes | memoryview]:
    """The executable, piece by piece; only Windows' own have an appearance.

    Raises BinaryError when the runtime isn't one, or already carries a container.
    """
    if is_pe(runtime):
        return embed_pe(runtime, payload, appearance)
    return embed_elf(runtime, payload)


def find_payload(executable: bytes | memoryview) -> memoryview:
    """The container inside an executable that oxidize made. Raises BinaryError when there is
    none."""
    return find_in_pe(executable) if is_pe(executable) else find_in_elf(executable)
