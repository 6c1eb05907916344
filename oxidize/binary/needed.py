"""What native files need of others, whatever their format."""

from __future__ import annotations

from oxidize.binary.elf import MAGIC as ELF_MAGIC
from oxidize.binary.elf import Dynamic, Elf, ElfError
from oxidize.binary.load_commands import MAGIC as MACHO_MAGIC
from oxidize.binary.load_commands import MachO, MachoError

_NOTHING = Dynamic((), None)


def read_dynamic(data: bytes | memoryview) -> Dynamic:
    """What a file asks of the loader; nothing, if it is of another format. Raises ElfError and
    MachoError for damaged ones."""
    head = bytes(data[:4])
    if head == ELF_MAGIC:
        return Elf(data).dynamic()
    return MachO(data).dynamic() if head == MACHO_MAGIC else _NOTHING


def dynamic_of(data: bytes | memoryview) -> Dynamic:
    """The same, and nothing for what is damaged and so can't be loaded."""
    try:
        return read_dynamic(data)
    except (ElfError, MachoError):
        return _NOTHING
