"""A standalone archive, unpacked: where in it what applications need is.

Two layouts are read: full archives, which describe themselves in PYTHON.json, and install_only
archives, an installation alone, whose interpreter has to be asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from attrs import field, frozen

from oxidize.binary.native import is_glibc_library, is_musl_library
from oxidize.distributions.description import Component
from oxidize.distributions.glibc import newest_needed
from oxidize.distributions.host import Probe
from oxidize.distributions.licences import licences_of_texts
from oxidize.distributions.python_json import (
    NAME,
    BadArchiveContent,
    Link,
    PythonJson,
    read_python_json,
)
from oxidize.distributions.standard_library import module_name

TOP = "python"
# Full archives hold a whole installation and all that it was linked from.
MOST_BYTES = 8 << 30
_OBJECTS = f"{TOP}/build/"
_ARCHIVES = f"{TOP}/build/lib/"


def is_needed(path: str) -> bool:
    """Whether a file of an archive is looked at: single object files, most of it, are not."""
    return not path.startswith(_OBJECTS) or path.startswith(_ARCHIVES)


def is_description(path: str) -> bool:
    """Whether a file of an archive tells what it is."""
    # An interpreter may have several names, of which one is the file.
    return path == f"{TOP}/{NAME}" or path.startswith(f"{TOP}/bin/python3")


@frozen
class Contents:
    """What an archive holds for applications; paths are absolute."""

    version: str
    flavour: str
    link_mode: Literal["static", "shared"]
    libpython: Path
    link_archives: tuple[Path, ...]
    link_libraries: tuple[str, ...]
    libc: str
    builtin: tuple[str, ...]
    extension_suffixes: tuple[str, ...]
    extensions: Mapping[str, Path]
    install: Path
    interpreter: Path
    stdlib: Path
    headers: Path
    test_packages: tuple[str, ...] = ()
    static: bool = False
    """Whether the C library is linked in, too."""
    magic: bytes = b""
    """What its bytecode starts with; empty where it doesn't tell."""
    bitcode: str = ""
    licence: Path | None = None
    components: Mapping[str, Component] = field(factory=dict)
    """What else is linked in; texts are paths relative to `licences`."""
    licences: Path | None = None
    absent: Mapping[str, str] = field(factory=dict)
    """Extension modules that it was built without -> the reason, where it tells."""


def full_archive(folder: Path) -> PythonJson | None:
    """What an unpacked archive says of itself; none if it is an installation alone.

    Raises BadArchiveContent.
    """
    described = folder / TOP / NAME
    if described.is_file():
        return read_python_json(described)
    if (folder / TOP / "bin").is_dir():
        return None
    raise BadArchiveContent(f"it has neither {TOP}/{NAME} nor {TOP}/bin")


def install_only_interpreter(folder: Path) -> Path:
    """The interpreter of an installation. Raises BadArchiveContent."""
    path = folder / TOP / "bin" / "python3"
    if not path.is_file():
        raise BadArchiveContent(f"it has no {TOP}/bin/python3")
    return path.resolve()


def full_contents(folder: Path, said: PythonJson) -> Contents:
    """Of a full archive. Raises BadArchiveContent for what it names and doesn't have."""
    return _Full(folder.resolve() / TOP, said).contents()


def install_only_contents(folder: Path, probe: Probe) -> Contents:
    """Of an installation, by what its interpreter says. Raises BadArchiveContent."""
    top = folder.resolve() / TOP
    libpython = _shared_libpython(top / "lib")
    if libpython is None:
        raise BadArchiveContent(f"there is no libpython in {TOP}/lib")
    stdlib = top / "lib" / f"python{probe.minor}"
    needed = newest_needed([libpython.read_bytes()])
    return Contents(
        version=probe.version,
        flavour="install_only",
        link_mode="shared",
        libpython=libpython,
        link_archives=(),
        link_libraries=(),
        libc=f"glibc-{needed}" if needed else "musl",
        builtin=tuple(probe.data["builtin"]),
        extension_suffixes=probe.extension_suffixes,
        extensions=dict(_shared_extensions(stdlib / "lib-dynload", probe.extension_suffixes)),
        install=top,
        interpreter=install_only_interpreter(folder),
        stdlib=_folder(stdlib, "the standard library"),
        headers=_folder(top / "include" / f"python{probe.minor}", "headers"),
        licence=_if_file(stdlib / "LICENSE.txt"),
    )


@frozen
class _Full:
    top: Path
    said: PythonJson

    def contents(self) -> Contents:
        said = self.said
        static = self._libpython_archive() if "-linux-" in said.triple else None
        libpython = static or self._libpython_shared()
        links = self._links() if static else ()
        return Contents(
            version=said.python,
            flavour=said.options or "plain",
            link_mode="static" if static else "shared",
            libpython=libpython,
            link_archives=tuple(
                self._file(each.path, "build_info") for each in links if each.kind == "static"
            ),
            link_libraries=tuple(each.name for each in links if each.kind == "system"),
            libc=self._libc(),
            builtin=said.builtin(),
            extension_suffixes=tuple(sorted(said.extension_suffixes, key=len, reverse=True)),
            extensions=dict(self._extensions()),
            install=_folder(self.top / "install", "the installation"),
            interpreter=self._file(said.interpreter, "python_exe"),
            stdlib=self._folder(said.stdlib, "python_paths.stdlib"),
            headers=self._folder(said.include, "python_paths.include"),
            magic=said.magic,
            test_packages=said.test_packages,
            static="static" in said.features,
            bitcode=said.bitcode if static else "",
            licence=_if_file(self.top / said.licence) if said.licence else None,
            components=dict(self._components()),
            licences=self.top,
            absent=said.absent,
        )

    def _file(self, path: str, member: str) -> Path:
        file = self.top / path
        if not file.is_file():
            raise self._missing(path, member)
        return file.resolve()

    def _folder(self, path: str, member: str) -> Path:
        folder = self.top / path
        if not folder.is_dir():
            raise self._missing(path, member)
        return folder.resolve()

    def _missing(self, path: str, member: str) -> BadArchiveContent:
        return BadArchiveContent(f"{NAME}: {member} names {path}, which isn't in the archive")

    def _libpython_archive(self) -> Path | None:
        """What the description names; or, since for many triples that is wrong, what there is."""
        named = self.top / self.said.libpython_static
        if self.said.libpython_static and named.is_file():
            return named.resolve()
        lib = self.top / "install" / "lib"
        found = sorted(path.resolve() for path in lib.rglob("libpython*.a") if path.is_file())
        return found[0] if found else None

    def _libpython_shared(self) -> Path:
        named = self.top / self.said.libpython_shared
        if self.said.libpython_shared and named.is_file():
            return named.resolve()
        if found := _shared_libpython(self.top / "install" / "lib"):
            return found
        raise BadArchiveContent("there is no libpython in it, static or shared")

    def _links(self) -> tuple[Link, ...]:
        """What libpython needs, each once, in link order."""
        builtin = (each for each in self.said.default_variants() if not each.shared_library)
        every = (*self.said.links, *(link for each in builtin for link in each.links))
        return tuple(dict.fromkeys(every))

    def _libc(self) -> str:
        if self.said.triple.endswith("-darwin"):
            if not self.said.macos:
                raise BadArchiveContent(f"{NAME}: apple_sdk_deployment_target is missing")
            return f"macOS-{self.said.macos}"
        if "-linux-gnu" not in self.said.triple:
            return "musl" if self.said.triple.endswith("-musl") else ""
        if not self.said.glibc:
            raise BadArchiveContent(f"{NAME}: crt_features doesn't tell which glibc it needs")
        return f"glibc-{self.said.glibc}"

    def _extensions(self) -> Iterator[tuple[str, Path]]:
        for each in self.said.default_variants():
            if each.shared_library:
                file = self._file(each.shared_library, f"the extension module {each.name}")
                if module_name(file.name, self.said.extension_suffixes):
                    yield each.name, file

    def _components(self) -> Iterator[tuple[str, Component]]:
        """Libraries that are part of libpython or of its extension modules, by their licences."""
        for path, licences in sorted(licences_of_texts(self.said.default_variants()).items()):
            if path != self.said.licence:
                self._file(path, "license_paths")
                name = _component_name(path)
                version = self.said.library_versions.get(name, "")
                yield name, Component(" AND ".join(sorted(licences)), (path,), version)


def _component_name(path: str) -> str:
    """ "licenses/LICENSE.openssl-3.txt" gives "openssl-3"."""
    return path.rpartition("/")[2].removeprefix("LICENSE.").removesuffix(".txt")


def _shared_libpython(folder: Path) -> Path | None:
    """The library itself, not the one that stands for all versions' stable ABI."""
    found = {path.resolve() for path in folder.glob("libpython3.*.so*") if path.is_file()}
    found |= {path.resolve() for path in folder.glob("libpython3.*.dylib") if path.is_file()}
    return min((p for p in found if not p.name.startswith("libpython3.so")), default=None)


def _shared_extensions(folder: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.glob("*")):
        if name := module_name(file.name, suffixes):
            yield name, file


def needed_libraries(
    needed: Mapping[str, tuple[str, ...]], file: str, here: Mapping[str, Path]
) -> tuple[list[str], list[str]]:
    """(names of the archive's libraries that a file needs, each after those that it needs itself;
    names of those that neither the archive nor glibc has). `needed` is by file name."""
    found: list[str] = []
    missing: list[str] = []

    def visit(name: str, around: frozenset[str]) -> None:
        for each in needed[name]:
            if is_glibc_library(each) or is_musl_library(each) or each.startswith("libpython"):
                continue
            if each in (*found, *around):
                continue
            if each in here:
                visit(each, around | {each})
                found.append(each)
            elif each not in missing:
                missing.append(each)

    visit(file, frozenset())
    return found, missing


def _folder(path: Path, what: str) -> Path:
    if not path.is_dir():
        raise BadArchiveContent(f"{what} is missing: there is no folder {path.name}")
    return path


def _if_file(path: Path) -> Path | None:
    return path if path.is_file() else None
