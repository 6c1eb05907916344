"""host-import: an installed CPython, taken apart into a distribution's trees."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

from attrs import frozen

from oxidize.actions.kind import ActionContext, DiscoverContext, Kind, OutputForm
from oxidize.binary.elf import PT_INTERP, Elf
from oxidize.distributions.description import Description, Extension
from oxidize.distributions.host import (
    EXCLUDED,
    OMITTED,
    SPARE,
    TEST_EXTENSIONS,
    Probe,
    check,
    is_glibc,
    link_names,
    missing_headers,
)
from oxidize.errors import ActionError, Diagnostic
from oxidize.graph.action import Source, SourceFile, SourceTree

# Data that modules of the standard library read at run time.
_DATA = ("lib2to3/Grammar.txt", "lib2to3/PatternGrammar.txt", "LICENSE.txt")


@frozen
class Link:
    """How the runtime gets its libpython, as the description says it."""

    mode: str
    libpython: str
    archives: tuple[str, ...]
    libraries: tuple[str, ...]


class HostImport(Kind):
    """description: the probe's -> the description and the trees of a distribution."""

    mnemonic: ClassVar[str] = "host-import"
    version: ClassVar[int] = 2
    outputs: ClassVar[Mapping[str, OutputForm]] = {
        "distribution": "file",
        "stdlib": "tree",
        "extensions": "tree",
        "libraries": "tree",
        "headers": "tree",
        "link": "tree",
        "licenses": "tree",
    }

    def discover(self, context: DiscoverContext) -> Mapping[str, tuple[Source, ...]]:
        """The installation's files."""
        probe = Probe.load(context.input("description"))
        check(probe)
        library = probe.libpython_archive() or probe.libpython_shared()
        sources: dict[str, tuple[Source, ...]] = {
            "stdlib": (SourceTree(str(probe.stdlib), exclude=(*EXCLUDED, "tests", "*.so")),),
            "extensions": (SourceTree(str(probe.extensions)),),
            "headers": tuple(
                SourceTree(str(folder)) for folder in probe.include_folders() if folder.is_dir()
            ),
            "libpython": (SourceFile(str(library)),),
        }
        return sources

    def run(self, context: ActionContext) -> None:
        """Copies what applications need, and reads what the extension modules need."""
        probe = Probe.load(context.input("description"))
        self._copy_stdlib(context, probe)
        self._copy_headers(context, probe)
        link = self._copy_static(context, probe) or self._copy_shared(context, probe)
        extensions = self._copy_extensions(context, probe)
        description = Description(
            version=probe.version,
            triple=context.platform,
            source="host",
            link_mode=link.mode,
            libpython=link.libpython,
            link_archives=link.archives,
            link_libraries=link.libraries,
            libc="-".join(probe.data["libc"]),
            builtin=tuple(probe.data["builtin"]),
            extension_suffixes=probe.extension_suffixes,
            spare_libraries=self._copy_spare(context, probe),
            extensions=extensions,
            omitted=OMITTED,
        )
        context.output("distribution").write_text(description.dump())

    def _copy_stdlib(self, context: ActionContext, probe: Probe) -> None:
        stdlib = context.output("stdlib")
        for path, file in context.tree("stdlib").items():
            if path.endswith(".py") or path in _DATA:
                _copy(file, stdlib / path)
        licence = probe.stdlib / "LICENSE.txt"
        if licence.is_file():
            _copy(licence, context.output("licenses") / "python" / "LICENSE.txt")

    def _copy_headers(self, context: ActionContext, probe: Probe) -> None:
        headers = context.output("headers")
        for folder in probe.include_folders():
            for file in sorted(folder.rglob("*.h")) if folder.is_dir() else ():
                _copy(file, headers / file.relative_to(folder))
        # Debian's pyconfig.h includes the one of the architecture by this path.
        multiarch = probe.config("MULTIARCH")
        main = probe.include_folders()[0]
        nested = main.parent / multiarch / main.name / "pyconfig.h"
        if multiarch and nested.is_file():
            _copy(nested, headers / multiarch / main.name / "pyconfig.h")
        if not (headers / "Python.h").is_file():
            raise missing_headers(probe)

    def _copy_static(self, context: ActionContext, probe: Probe) -> Link | None:
        """libpython's archive and those that it needs; None when there is no archive."""
        tree, archive = context.output("link"), probe.libpython_archive()
        if archive is None:
            return None
        archives, libraries = [], []
        _copy(archive, tree / archive.name)
        for name in link_names(probe):
            if is_glibc(f"lib{name}.so"):
                libraries.append(name)
                continue
            static = _find_archive(probe, name)
            _copy(static, tree / static.name)
            archives.append(static.name)
        return Link("static", archive.name, tuple(archives), tuple(libraries))

    def _copy_shared(self, context: ActionContext, probe: Probe) -> Link:
        """libpython itself and what it needs, among the libraries."""
        library = probe.libpython_shared()
        assert library is not None  # check() saw it
        loader = _loader(Path(probe.executable))
        target = context.output("libraries") / "lib"
        for file in [*_closure(context, loader, library), library]:
            _strip(file, target / file.name)
        return Link("shared", f"lib/{library.name}", (), ())

    def _copy_spare(self, context: ActionContext, probe: Probe) -> tuple[str, ...]:
        """What wheels may expect of the system, as far as it's installed."""
        loader = _loader(Path(probe.executable))
        folders = _library_folders(context, loader, Path(probe.executable))
        target = context.output("libraries") / "lib"
        spare = []
        for name in SPARE:
            found = next((f / name for f in folders if (f / name).is_file()), None)
            if found is not None:
                if not (target / name).exists():
                    _strip(found, target / name)
                spare.append(f"lib/{name}")
        return tuple(spare)

    def _copy_extensions(self, context: ActionContext, probe: Probe) -> dict[str, Extension]:
        names = dict(_extension_files(context.tree("extensions"), probe))
        loader = _loader(Path(probe.executable))
        with ThreadPoolExecutor() as pool:
            lists = pool.map(lambda file: _closure(context, loader, file), names.values())
            closures = dict(zip(names, lists, strict=True))
        libraries = context.output("libraries")
        for closure in closures.values():
            for file in closure:
                if not (libraries / "lib" / file.name).exists():
                    _strip(file, libraries / "lib" / file.name)
        extensions = context.output("extensions")
        for file in names.values():
            _strip(file, extensions / file.name)
        return {
            name: Extension(file.name, tuple(f"lib/{lib.name}" for lib in closures[name]))
            for name, file in sorted(names.items())
        }


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _strip(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(Elf(source.read_bytes()).strip())


def _find_archive(probe: Probe, name: str) -> Path:
    """A static library that libpython's objects need. Raises ActionError when it's missing."""
    folders = [Path(probe.config("LIBDIR")), Path("/usr/lib") / probe.config("MULTIARCH")]
    for folder in [*folders, Path("/usr/lib64"), Path("/usr/lib"), Path("/usr/local/lib")]:
        path = folder / f"lib{name}.a"
        if path.is_file():
            return path
    raise ActionError(
        Diagnostic(
            "OX0512",
            f"{probe.executable} was built with lib{name}, whose static library isn't installed",
            notes=tuple(f"looked in {folder}" for folder in folders),
            help=f"install the development package of lib{name}",
        )
    )


def _extension_files(tree: Mapping[str, Path], probe: Probe) -> Iterator[tuple[str, Path]]:
    """(module name, file) of the extension modules to carry."""
    for path, file in tree.items():
        for suffix in probe.extension_suffixes:
            if path.endswith(suffix) and "/" not in path:
                name = path.removesuffix(suffix)
                if not name.startswith(TEST_EXTENSIONS) and name not in OMITTED:
                    yield name, file
                break


def _loader(python: Path) -> Path:
    """The dynamic loader of an executable."""
    elf = Elf(python.read_bytes())
    for segment in elf.segments:
        if segment.type == PT_INTERP:
            raw = bytes(elf.data[segment.offset : segment.offset + segment.file_size])
            return Path(raw.rstrip(b"\0").decode())
    raise ActionError(Diagnostic("OX0513", f"{python} is not a dynamically linked program"))


def _library_folders(context: ActionContext, loader: Path, program: Path) -> list[Path]:
    """Where the loader finds libc: the system's libraries lie there."""
    listed = context.run([loader, "--list", program]).stdout.decode()
    paths = [Path(line.partition(" => ")[2].rpartition(" (")[0]) for line in listed.splitlines()]
    return list(dict.fromkeys(path.parent for path in paths if path.name == "libc.so.6"))


def _closure(context: ActionContext, loader: Path, file: Path) -> list[Path]:
    """The libraries that a file needs outside glibc, each after those that it needs itself.

    The loader itself lists them, so they are found exactly as they are when Python runs.
    """
    listed = context.run([loader, "--list", file]).stdout.decode()
    found: dict[str, Path] = {}
    for line in listed.splitlines():
        name, arrow, rest = line.strip().partition(" => ")
        if arrow and not is_glibc(name) and not name.startswith("libpython"):
            if rest.startswith("not found"):
                raise ActionError(
                    Diagnostic(
                        "OX0514",
                        f"{file.name} needs {name}, which isn't installed",
                        help="install it, or use a Python whose modules have what they need",
                    )
                )
            found[name] = Path(rest.rpartition(" (")[0])
    return list(_in_order(found))


def _in_order(found: Mapping[str, Path]) -> Iterable[Path]:
    """By dependency, then by name."""
    needs = {
        name: [n for n in Elf(path.read_bytes()).dynamic().needed if n in found]
        for name, path in found.items()
    }
    done: dict[str, Path] = {}

    def visit(name: str, around: frozenset[str]) -> None:
        if name in done or name in around:
            return
        for need in sorted(needs[name]):
            visit(need, around | {name})
        # Loaded under the name that others need it by.
        done[name] = found[name].parent / name

    for name in sorted(found):
        visit(name, frozenset())
    return done.values()
