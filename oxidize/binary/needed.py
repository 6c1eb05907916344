"""What native files need of others, whatever their format."""

from __future__ import annotations

from oxidize.binary.elf import MAGIC as ELF_MAGIC
from oxidize.binary.elf import Dynamic, Elf
from oxidize.binary.error import BinaryError
from oxidize.binary.load_commands import MAGIC as MACHO_MAGIC
from oxidize.binary.load_commands import MachO
from oxidize.binary.pe_file import Pe, is_pe

_NOTHING = Dynamic((), None)


def read_dynamic(data: bytes | memoryview) -> Dynamic:
    """What a file asks of the loader; nothing, if it is of another format. Raises BinaryError for
    damaged ones."""
    head = bytes(data[:4])
    if head == ELF_MAGIC:
        return Elf(data).dynamic()
    if head == MACHO_MAGIC:
        return MachO(data).dynamic()
    return Pe.of(data).dynamic() if is_pe(data) else _NOTHING


def dynamic_of(data: bytes | memoryview) -> Dynamic:
    """The same, and nothing for what is damaged and so can't be loaded."""
    try:
        return read_dynamic(data)
    except BinaryError:
        return _NOTHING
