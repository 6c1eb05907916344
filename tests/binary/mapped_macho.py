"""Maps an x86_64 Mach-O program into this process as dyld does, and runs some of its functions on
this machine: `python -m tests.binary.mapped_macho PROGRAM MODULE`.

Its own code finds the container and a module in it. What it needs of the C library is glibc's,
called in the same way on both systems; `getsectiondata` is done here.
"""

from __future__ import annotations

import ctypes
import mmap
import sys
from pathlib import Path

from tests.binary.macho import parsed

_LARGE = 1 << 20


class Mapped:
    """The program in memory."""

    def __init__(self, data: bytes) -> None:
        self.binary = parsed(data)
        segments = [s for s in self.binary.segments if s.name != "__PAGEZERO"]
        self.base = segments[0].virtual_address
        end = max(s.virtual_address + s.virtual_size for s in segments)
        size = -(-(end - self.base) // mmap.PAGESIZE) * mmap.PAGESIZE
        every = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
        self.memory = mmap.mmap(-1, size, prot=every)
        self.start = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))
        for each in segments:
            at = each.virtual_address - self.base
            self.memory[at : at + each.file_size] = data[each.file_offset :][: each.file_size]
        self._getsectiondata = ctypes.CFUNCTYPE(
            ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p
        )(self._section)
        self._link()

    def _link(self) -> None:
        for relocation in self.binary.relocations:
            at = relocation.address - self.base
            old = int.from_bytes(self.memory[at : at + 8], "little")
            self._put(at, old - self.base + self.start)
        for binding in self.binary.bindings:
            assert binding.symbol is not None
            self._put(binding.address - self.base, self._address(str(binding.symbol.name)))

    def _put(self, at: int, value: int) -> None:
        self.memory[at : at + 8] = value.to_bytes(8, "little")

    def _address(self, symbol: str) -> int:
        if symbol == "_getsectiondata":
            return ctypes.cast(self._getsectiondata, ctypes.c_void_p).value or 0
        found = getattr(ctypes.CDLL(None), symbol.removeprefix("_"), None)
        # What only macOS has isn't called by what is run here.
        return ctypes.cast(found, ctypes.c_void_p).value or 0 if found else 0

    def _section(self, header: int, segment: bytes, section: bytes, size: int) -> int:
        assert header == self.start
        found = self.binary.get_section(segment.decode(), section.decode())
        assert found is not None
        ctypes.c_ulong.from_address(size).value = found.size
        return self.start + found.virtual_address - self.base

    def function(self, name: str, result: type) -> ctypes._NamedFuncPointer:
        """One that the program exports."""
        symbol = next(s for s in self.binary.exported_symbols if s.name == f"_{name}")
        assert symbol.export_info is not None
        called = ctypes.CFUNCTYPE(result)(self.start + symbol.export_info.address)
        called.argtypes = None  # type: ignore[assignment]
        return called  # type: ignore[return-value]


def main(program: str, module: str) -> None:
    """Writes where in the image the container is, and which row of it the module has."""
    image = Mapped(Path(program).read_bytes())
    size = ctypes.c_uint64()
    found = image.function("image_container", ctypes.c_void_p)(ctypes.byref(size))
    if found is None:
        sys.stdout.write("none\n")
        return
    container = ctypes.create_string_buffer(_LARGE)
    opened = image.function("container_open", ctypes.c_bool)(
        container, ctypes.c_void_p(found), size
    )
    name = module.encode()
    row = image.function("container_find_module", ctypes.c_uint32)(
        container, name, ctypes.c_size_t(len(name))
    )
    sys.stdout.write(f"{opened} {found % 16} {size.value} {row}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
