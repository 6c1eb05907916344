"""The libraries of a program: which shared libraries each extension module needs, in which order.

Loaders satisfy what a library needs by the names of those that are loaded already; so everything
that comes with the program is listed with the modules that need it, deepest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from posixpath import basename, dirname, join, normpath

from attrs import evolve

from oxidize.binary.elf import MAGIC as ELF_MAGIC
from oxidize.binary.elf import Dynamic, Elf
from oxidize.binary.needed import dynamic_of
from oxidize.binary.pe_file import is_pe
from oxidize.resources.layout import FileFlag
from oxidize.resources.model import Blob, File, Module, Resources

# High enough to be free when extension modules are loaded, below the usual limit of 1024.
_FIRST_DESCRIPTOR = 900


def _key(name: str) -> str:
    """What a library is known by: on Windows, names in small letters are the same."""
    return name.lower() if name.lower().endswith(".dll") else name


def _can_be_tied(data: bytes | memoryview) -> bool:
    return bytes(data[:4]) == ELF_MAGIC or is_pe(data)


class _Libraries:
    """The shared libraries of one program."""

    def __init__(self, files: Mapping[str, File]) -> None:
        self._needs = {
            path: dynamic_of(file.blob.data)
            for path, file in sorted(files.items())
            if file.flags & FileFlag.SHARED_LIBRARY
        }
        self._by_name: dict[str, list[str]] = {}
        for path, dynamic in self._needs.items():
            for name in dict.fromkeys([basename(path), dynamic.soname or basename(path)]):
                self._by_name.setdefault(_key(name), []).append(path)

    def _find(self, name: str, path: str, search: Sequence[str]) -> str | None:
        """Where the library of that name lies that the file at `path` means."""
        for place in search:
            near = normpath(join(place.replace("$ORIGIN", dirname(path) or "."), name))
            if near in self._needs:
                return near
        known = self._by_name.get(_key(name), [])
        beside = join(dirname(path), name)
        return beside if beside in known else next(iter(known), None)

    def _direct(self, path: str, dynamic: Dynamic) -> Iterable[str]:
        for name in dynamic.needed:
            found = self._find(name, path, dynamic.search)
            if found is not None and found != path:
                yield found

    def closure(self, path: str, dynamic: Dynamic) -> tuple[str, ...]:
        """All libraries that a file needs, each after what it needs itself."""
        order: dict[str, None] = {}
        open_: set[str] = {path}
        stack = [(path, iter(list(self._direct(path, dynamic))))]
        while stack:
            current, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                if current != path:
                    order[current] = None
            elif following not in open_:
                open_.add(following)
                stack.append(
                    (following, iter(list(self._direct(following, self._needs[following]))))
                )
        return tuple(order)

    def of_files(self, files: Mapping[str, File]) -> dict[str, File]:
        """The files; shared libraries with what they need."""
        closed = {
            path: evolve(file, libraries=self.closure(path, self._needs[path]))
            if path in self._needs
            else file
            for path, file in files.items()
        }
        return closed | self._untied(closed)

    def _untied(self, files: Mapping[str, File]) -> dict[str, File]:
        """Libraries that need each other: each has a descriptor; those of ELF have these in place
        of each other's names."""
        tied = {
            path: [
                other
                for other in files[path].libraries
                if path in files[other].libraries and not files[other].beside
            ]
            for path in sorted(self._needs)
            # Files beside the program find each other by their places, as Mach-O files do.
            if not files[path].beside and _can_be_tied(files[path].blob.data)
        }
        numbers = {
            path: _FIRST_DESCRIPTOR + number
            for number, path in enumerate(path for path, others in tied.items() if others)
        }
        untied = {}
        for path, number in numbers.items():
            data = self._renamed(path, files[path].blob.data, {p: numbers[p] for p in tied[path]})
            if data is not None:
                untied[path] = evolve(files[path], content=Blob(data), descriptor=number)
        # A cycle works only as a whole.
        return {
            path: file
            for path, file in untied.items()
            if all(other in untied for other in tied[path])
        }

    def _renamed(
        self, path: str, data: bytes | memoryview, numbers: Mapping[str, int]
    ) -> bytes | memoryview | None:
        """A library that names others by their descriptors; None where its file doesn't allow that.
        On Windows, the runtime knows them by their names."""
        if is_pe(data):
            return data
        needs = self._needs[path]
        found = {name: self._find(name, path, needs.search) for name in needs.needed}
        names = {
            name: f"/proc/self/fd/{numbers[other]}".encode()
            for name, other in found.items()
            if other is not None and other in numbers
        }
        return Elf(data).renamed(names)

    def of_module(self, module: Module) -> Module:
        """An extension module with what it needs."""
        if module.extension is None:
            return module
        found = self.closure(module.path, dynamic_of(module.extension.data))
        # What the distribution's own loader listed comes first: it may include what is searched for
        # in ways that the file doesn't tell.
        return evolve(module, libraries=tuple(dict.fromkeys([*module.libraries, *found])))


def with_libraries(resources: Resources) -> Resources:
    """The resources with the needs of all extension modules and libraries; spare libraries that
    nothing needs are gone."""
    libraries = _Libraries(resources.files)
    modules = {name: libraries.of_module(m) for name, m in resources.modules.items()}
    files = libraries.of_files(resources.files)
    used = {path for module in modules.values() for path in module.libraries}
    used |= {
        path
        for file in files.values()
        if not file.flags & FileFlag.PREFER_SYSTEM
        for path in file.libraries
    }
    kept = {
        path: file
        for path, file in files.items()
        if path in used or not file.flags & FileFlag.PREFER_SYSTEM
    }
    return evolve(resources, modules=modules, files=kept)
