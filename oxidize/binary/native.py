"""Native files of all formats: what they are, and what they need of the system."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal

from attrs import frozen

from oxidize.binary.elf import MAGIC as ELF_MAGIC
from oxidize.binary.elf import Dynamic, Elf, ElfError, Version
from oxidize.binary.linux_releases import version_key
from oxidize.binary.musl_symbols import musl_version
from oxidize.binary.portability import Needs, newest
from oxidize.binary.universal import is_universal

Data = bytes | memoryview
PartOf = Literal["glibc", "musl", "system", "to be shipped"]

_MACHO_MAGICS = (
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
)
_GLIBC_NAMES = """
ld64 libBrokenLocale libanl libc libdl libm libmvec libpthread libresolv librt libthread_db
libutil
"""
_GLIBC = frozenset(_GLIBC_NAMES.split())
_GLIBC_STEMS = ("ld-linux", "linux-vdso", "libnss_")
# What PEP 600 lets wheels expect of each Linux.
_LINUX_NAMES = """
libgcc_s.so.1 libstdc++.so.6 libatomic.so.1 libX11.so.6 libXext.so.6 libXrender.so.1 libICE.so.6
libSM.so.6 libGL.so.1 libgobject-2.0.so.0 libgthread-2.0.so.0 libglib-2.0.so.0
"""
_LINUX = frozenset(_LINUX_NAMES.split())
_FAMILIES = ("GLIBC", "GLIBCXX", "CXXABI", "GCC")
# Versions without a number: of packed relocations, and of what newer toolchains expect of the
# loader, which late builds of 2.42 have, too.
_NAMED = {
    "GLIBC_ABI_DT_RELR": ("GLIBC", "2.36"),
    "GLIBC_ABI_DT_X86_64_PLT": ("GLIBC", "2.43"),
    "GLIBC_ABI_GNU2_TLS": ("GLIBC", "2.43"),
    "GLIBC_ABI_GNU_TLS": ("GLIBC", "2.43"),
}
# Packed relocations in musl, whose symbols have no versions.
_RELR_MUSL = "1.2.4"
_ELF_TYPES = {2: "executable", 3: "library"}
OBJECT_FILE = "an object file, which is linked with nothing yet"
_OTHER_ELF_TYPES = {1: OBJECT_FILE, 4: "a core dump"}
_UNPACKED = "whose files have to be unpacked first"
# How files begin that are taken for native ones, and what they are; the first one counts.
_OTHERS = {
    b"!<arch>\ndebian-binary": f"a package for Debian, {_UNPACKED}",
    b"\xed\xab\xee\xdb": f"a package for Fedora, {_UNPACKED}",
    b"\xd0\xcf\x11\xe0": f"a package of Windows Installer, {_UNPACKED}",
    b"xar!": f"a package of macOS, {_UNPACKED}",
    b"\x1f\x8b": f"an archive or a package that gzip has compressed, {_UNPACKED}",
    b"#!": "a script, which another program runs",
    b"!<arch>": "an archive of object files, which are linked with nothing yet",
    b"PK": f"a ZIP archive, {_UNPACKED}",
}


class NativeError(ValueError):
    """A damaged file of a known format; the message says what is wrong."""


class UnknownFormat(NativeError):
    """A file of another format."""


@frozen
class Library:
    """A library that is loaded with a file, or only once it is used (`delayed`)."""

    name: str
    part_of: PartOf
    delayed: bool = False


@frozen
class Native:
    """What one file says of itself, or one architecture of a universal file.

    `facts` are further ones by name, which differ by format (docs/analyze.md).
    """

    format: Literal["ELF", "PE", "Mach-O"]
    machine: str
    type: str
    libraries: tuple[Library, ...]
    needs: Needs
    facts: dict[str, object]


def read_native(data: Data) -> tuple[Native, ...]:
    """What is in a file: one for each architecture. Raises NativeError, and UnknownFormat."""
    try:
        return _reader(data)(data)
    except UnicodeDecodeError as error:  # lief's, of names
        raise NativeError("a name isn't UTF-8") from error


def needs_of(data: Data, carried: Collection[str] = ()) -> Needs:
    """What a file needs of the system, which may be no native file; `carried` are the names of
    libraries that come with it."""
    try:
        if bytes(data[:4]) == ELF_MAGIC:
            return _elf_needs(Elf(data), carried)
        return newest(native.needs for native in read_native(data))
    except (ElfError, NativeError):
        return {}


def _reader(data: Data) -> Callable[[Data], tuple[Native, ...]]:
    head = bytes(data[:4])
    if head == ELF_MAGIC:
        return _read_elf
    # Imported here: lief takes its time.
    if head[:2] == b"MZ":
        from oxidize.binary.pe import read_pe

        return read_pe
    if head in _MACHO_MAGICS or is_universal(data):
        from oxidize.binary.macho import read_macho

        return read_macho
    raise UnknownFormat(_described(data))


def _described(data: Data) -> str:
    if not data:
        return "an empty file"
    found = (what for start, what in _OTHERS.items() if bytes(data[: len(start)]) == start)
    return next(found, "neither ELF, PE nor Mach-O")


def name_of(value: object) -> str:
    """The name of one of lief's constants; the number, where it has none."""
    return str(getattr(value, "name", value))


def is_glibc_library(name: str) -> bool:
    """Whether a library of that name comes with glibc."""
    return name.partition(".so")[0] in _GLIBC or name.startswith(_GLIBC_STEMS)


def is_musl_library(name: str) -> bool:
    """Whether a library of that name is musl, which is a single one."""
    return name.startswith(("ld-musl-", "libc.musl-")) or name == "libc.so"


def part_of(name: str) -> PartOf:
    """Where a library of ELF files is from."""
    if is_musl_library(name):
        return "musl"
    if is_glibc_library(name):
        return "glibc"
    return "system" if name in _LINUX else "to be shipped"


def symbol_version(version: Version) -> tuple[str, str] | None:
    """The family and the number in the name of a version; none of other families."""
    if version.name in _NAMED:
        return _NAMED[version.name]
    family, _, number = version.name.rpartition("_")
    return (family, number) if family in _FAMILIES and version_key(number) else None


def culprits(data: Data, family: str, limit: str) -> tuple[str, ...]:
    """The symbols of an ELF file that are newer than a limit, the newest first: such as
    "memcpy@GLIBC_2.14"; where no symbol tells, the version alone."""
    elf = Elf(data)
    beyond = [v for v in elf.versions().values() if not v.weak and _exceeds(v, family, limit)]
    try:
        users = elf.users(beyond)
    except ElfError:  # tools that edit files may leave tables that only the loader gets along with
        users = {}
    beyond.sort(key=_number, reverse=True)
    return tuple(
        f"{name}@{version.name}".removeprefix("@")
        for version in beyond
        for name in sorted(users.get(version, [""]))
    )


def _number(version: Version) -> tuple[int, ...]:
    return version_key((symbol_version(version) or ("", ""))[1])


def _exceeds(version: Version, family: str, limit: str) -> bool:
    found = symbol_version(version)
    return found is not None and found[0] == family and version_key(found[1]) > version_key(limit)


def _elf_needs(elf: Elf, carried: Collection[str]) -> Needs:
    dynamic, interpreter = elf.dynamic(), elf.interpreter()
    names = [*dynamic.needed, *([interpreter.rpartition("/")[2]] if interpreter else [])]
    parts = {part_of(name) for name in names}
    found: list[Needs] = []
    if "musl" in parts:
        found.append({"musl": musl_version(elf.wanted_symbols())})
        found += [{"musl": _RELR_MUSL}] if elf.has_packed_relocations() else []
    found += [{"GLIBC": ""}] if "glibc" in parts and "musl" not in parts else []
    for version in elf.versions().values():
        known = symbol_version(version)
        by_descriptor = version.library.startswith("/")
        if known and not (version.weak or by_descriptor or version.library in carried):
            found.append(dict([known]))
    return newest(found)


def _read_elf(data: Data) -> tuple[Native, ...]:
    try:
        elf = Elf(data)
        if elf.type in _OTHER_ELF_TYPES:
            raise UnknownFormat(_OTHER_ELF_TYPES[elf.type])
        if any(s.offset + s.file_size > len(data) for s in elf.segments):
            raise NativeError("a segment is cut off")
        return (_native_elf(elf, elf.dynamic(), elf.interpreter(), _elf_needs(elf, ())),)
    except ElfError as error:
        raise NativeError(str(error)) from error


def _native_elf(elf: Elf, dynamic: Dynamic, interpreter: str | None, needs: Needs) -> Native:
    kind = _ELF_TYPES.get(elf.type, f"file of type {elf.type}")
    if elf.type == 3 and (interpreter or (elf.is_pie and not dynamic.soname)):
        kind = "executable"
    static = kind == "executable" and not interpreter and not dynamic.needed
    libc = "musl" if "musl" in needs else "glibc" if "GLIBC" in needs else None
    facts: dict[str, object] = {
        "interpreter": interpreter,
        "libc": libc,
        "static": static,
        "soname": dynamic.soname,
        "rpath": list(dynamic.rpath),
        "runpath": list(dynamic.runpath),
    }
    libraries = tuple(Library(name, part_of(name)) for name in dynamic.needed)
    return Native("ELF", elf.machine, kind, libraries, needs, facts)
