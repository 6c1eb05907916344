"""The libraries of a program: which shared libraries each extension module needs, in which order.

Loaders satisfy what a library needs by the names of those that are loaded already; so everything
that comes with the program is listed with the modules that need it, deepest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from posixpath import basename, dirname, join, normpath

from attrs import evolve

from oxidize.binary.elf import Dynamic
from oxidize.binary.needed import dynamic_of
from oxidize.resources.descriptors import MuslNames, Named, is_for_musl, is_open, untied
from oxidize.resources.layout import FileFlag
from oxidize.resources.model import File, Module, Resources


def _key(name: str) -> str:
    """What a library is known by: on Windows, names in small letters are the same."""
    return name.lower() if name.lower().endswith(".dll") else name


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
        glibc = {path: each for path, each in self._open(files) if not is_for_musl(each)}
        return closed | untied(closed, self._named(glibc, closed))

    def _open(self, files: Mapping[str, File]) -> Iterator[tuple[str, Dynamic]]:
        return ((path, self._needs[path]) for path, file in files.items() if is_open(file))

    def _named(self, loaded: Mapping[str, Dynamic], files: Mapping[str, File]) -> dict[str, Named]:
        """What files call libraries that can be open, and where these lie."""
        return {path: dict(self._names(path, each, files)) for path, each in loaded.items()}

    def _names(
        self, path: str, dynamic: Dynamic, files: Mapping[str, File]
    ) -> Iterator[tuple[str, str]]:
        for name in dynamic.needed:
            found = self._find(name, path, dynamic.search)
            if found not in (None, path) and is_open(files[found]):
                yield name, found

    def musl_names(self, modules: Iterable[Module], files: Mapping[str, File]) -> MuslNames:
        """Those in files that musl loads."""
        extensions = {m.path: m.extension.data for m in modules if m.extension is not None}
        every = (*self._open(files), *((p, dynamic_of(data)) for p, data in extensions.items()))
        musl = {path: each for path, each in every if is_for_musl(each)}
        data = {path: extensions.get(path) or files[path].blob.data for path in musl}
        return MuslNames.of(data, self._named(musl, files))

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
    musl = libraries.musl_names(modules.values(), kept)
    return evolve(
        resources,
        modules={name: musl.of_module(module) for name, module in modules.items()},
        files={path: musl.of_file(path, file) for path, file in kept.items()},
    )
