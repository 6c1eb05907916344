"""The payload: the container inside an executable that oxidize made, of whatever format."""

from __future__ import annotations

from oxidize.binary.elf import ElfError
from oxidize.binary.embed import elf_payload
from oxidize.binary.embed_macho import macho_payload
from oxidize.binary.load_commands import MAGIC as MACHO_MAGIC
from oxidize.binary.load_commands import MachoError
from oxidize.binary.universal import is_universal, slices


class NoPayload(ValueError):
    """An executable without a container, or no executable; the message says why."""


def find_payload(executable: bytes | memoryview) -> memoryview:
    """The container inside an executable; of a universal one, that of its first architecture.
    Raises NoPayload when there is none."""
    try:
        if is_universal(executable):
            return macho_payload(slices(executable)[0].data)
        if bytes(executable[:4]) == MACHO_MAGIC:
            return macho_payload(executable)
        return elf_payload(executable)
    except (ElfError, MachoError, IndexError) as error:
        raise NoPayload(str(error)) from error
