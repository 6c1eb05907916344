"""Descriptors: libraries that others name by where they are open, where their names don't serve.

glibc knows a library that is loaded by its name; so only those that need each other, of which none
can be loaded first, are named by descriptors. musl knows it by its file, however it is named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from attrs import evolve, field, frozen

from oxidize.binary.elf import MAGIC as ELF_MAGIC
from oxidize.binary.elf import Dynamic, Elf
from oxidize.binary.native import is_musl_library
from oxidize.binary.pe_file import is_pe
from oxidize.resources.layout import FileFlag, ModuleFlag
from oxidize.resources.model import Blob, File, Module

# High enough to be free when extension modules are loaded, below the usual limit of 1024.
_FIRST = 900

Data = bytes | memoryview
Named = Mapping[str, str]
"""What a file calls libraries of the program -> their paths."""


def _numbered(paths: Iterable[str]) -> dict[str, int]:
    return {path: _FIRST + number for number, path in enumerate(sorted(paths))}


def _renamed(data: Data, names: Mapping[str, int]) -> Data | None:
    """None if a name is too short. On Windows, the runtime knows descriptors by names."""
    if is_pe(data):
        return data
    paths = {name: f"/proc/self/fd/{number}".encode() for name, number in names.items()}
    return Elf(data).renamed(paths)


def is_open(file: File) -> bool:
    """Whether a library can be open at a descriptor: those beside the program find each other by
    their places, as Mach-O files do."""
    if file.beside or not file.flags & FileFlag.SHARED_LIBRARY:
        return False
    return bytes(file.blob.data[:4]) == ELF_MAGIC or is_pe(file.blob.data)


def is_for_musl(dynamic: Dynamic) -> bool:
    """Whether musl is what loads a file that needs that."""
    return any(is_musl_library(name) for name in dynamic.needed)


def untied(files: Mapping[str, File], named: Mapping[str, Named]) -> dict[str, File]:
    """Libraries that need each other: each has a descriptor; those of ELF have these in place of
    each other's names."""
    tied = {
        path: [
            other
            for other in files[path].libraries
            if path in files[other].libraries and not files[other].beside
        ]
        for path in named
    }
    numbers = _numbered(path for path, others in tied.items() if others)
    found = {}
    for path, number in numbers.items():
        names = {name: numbers[other] for name, other in named[path].items() if other in tied[path]}
        data = _renamed(files[path].blob.data, names)
        if data is not None:
            found[path] = evolve(files[path], content=Blob(data), descriptor=number)
    # A cycle works only as a whole.
    return {path: file for path, file in found.items() if all(o in found for o in tied[path])}


@frozen
class MuslNames:
    """The names of libraries in files that musl loads.

    A name that is too short for a descriptor's path stays: then the file that has it, and the one
    that it names, are loaded from extracted files, which find each other by their places.
    """

    contents: Mapping[str, bytes] = field(factory=dict)
    """Of files by path, renamed."""
    numbers: Mapping[str, int] = field(factory=dict)
    """The descriptors of libraries by path."""
    extracted: Collection[str] = ()

    @classmethod
    def of(cls, loaded: Mapping[str, Data], named: Mapping[str, Named]) -> MuslNames:
        """Of such files; `named`: libraries that can be open."""
        numbers = _numbered({other for names in named.values() for other in names.values()})
        contents: dict[str, bytes] = {}
        extracted: set[str] = set()
        for path, data in loaded.items():
            for name, other in named[path].items():
                renamed = _renamed(data, {name: numbers[other]})
                extracted.update((path, other) if renamed is None else ())
                data = data if renamed is None else renamed
            contents[path] = bytes(data)
        return cls(contents, numbers, extracted)

    def of_file(self, path: str, file: File) -> File:
        """A library with its descriptor."""
        flags = file.flags | (FileFlag.EXTRACT if path in self.extracted else FileFlag(0))
        number = self.numbers.get(path, file.descriptor)
        return evolve(file, content=self._blob(path, file.content), flags=flags, descriptor=number)

    def of_module(self, module: Module) -> Module:
        """An extension module."""
        flags = ModuleFlag.EXTRACT if module.path in self.extracted else ModuleFlag(0)
        content = self._blob(module.path, module.extension)
        return evolve(module, extension=content, flags=module.flags | flags)

    def _blob(self, path: str, content: Blob | None) -> Blob | None:
        return Blob(self.contents[path]) if path in self.contents else content
