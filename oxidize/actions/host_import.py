"""host-import: an installed CPython, taken apart into a distribution's trees."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from attrs import frozen

from oxidize.actions.distribution_trees import OUTPUTS, copy, strip_into
from oxidize.actions.host_libraries import closures, extension_files, spare_libraries
from oxidize.actions.kind import ActionContext, DiscoverContext, Kind, OutputForm
from oxidize.distributions.description import Description, Extension
from oxidize.distributions.glibc import is_glibc
from oxidize.distributions.host import Probe, check, check_headers, link_names
from oxidize.distributions.standard_library import EXCLUDED, OMITTED, is_carried
from oxidize.errors import ActionError, Diagnostic
from oxidize.graph.action import Source, SourceFile, SourceTree
from oxidize.lookup import is_file, is_folder


@frozen
class Link:
    """How the runtime gets its libpython, as the description says it."""

    mode: str
    libpython: str
    archives: tuple[str, ...]
    libraries: tuple[str, ...]


class HostImport(Kind):
    """description: the probe's; libraries: of host-libraries -> a distribution."""

    mnemonic: ClassVar[str] = "host-import"
    version: ClassVar[int] = 6
    outputs: ClassVar[Mapping[str, OutputForm]] = OUTPUTS

    def discover(self, context: DiscoverContext) -> Mapping[str, tuple[Source, ...]]:
        """The installation's files, and those of the system that it needs."""
        probe = Probe.load(context.input("description"))
        check(probe)
        sources: dict[str, tuple[Source, ...]] = {
            "stdlib": (SourceTree(str(probe.stdlib), exclude=(*EXCLUDED, "tests", "*.so")),),
            "extensions": (SourceTree(str(probe.extensions)),),
            "headers": tuple(
                SourceTree(str(folder)) for folder in probe.include_folders() if is_folder(folder)
            ),
            "system": tuple(SourceFile(str(path)) for path in self._system_files(context, probe)),
        }
        return sources

    def _system_files(self, context: DiscoverContext, probe: Probe) -> list[Path]:
        """What is read from outside of the installation, and its libpython."""
        archive, shared = probe.libpython_archive(), probe.libpython_shared()
        told = json.loads(context.input("libraries").read_text())
        needed = [name for name in link_names(probe) if not is_glibc(f"lib{name}.so")]
        archives = [_find_archive(probe, name) for name in needed] if archive else []
        header = _multiarch_header(probe)
        found = [archive or shared, *archives, header and header[1], *map(Path, told["files"])]
        found += map(Path, told["licences"])
        return [path for path in found if path is not None]

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
            library_texts=self._copy_licences(context),
        )
        context.output("distribution").write_text(description.dump())

    def _copy_stdlib(self, context: ActionContext, probe: Probe) -> None:
        stdlib = context.output("stdlib")
        for path, file in context.tree("stdlib").items():
            if is_carried(path):
                copy(file, stdlib / path)
        if licence := context.tree("stdlib").get("LICENSE.txt"):
            copy(licence, context.output("licenses") / "python" / "LICENSE.txt")

    def _copy_licences(self, context: ActionContext) -> dict[str, tuple[str, ...]]:
        """Those of the libraries that are carried."""
        folder, found = context.output("libraries"), dict[str, tuple[str, ...]]()
        licences = json.loads(context.input("libraries").read_text())["licences"]
        for text, libraries in licences.items():
            place = f"system/{Path(text).parent.name}/{Path(text).name}"
            names = [f"lib/{Path(each).name}" for each in libraries]
            carried = [each for each in names if (folder / each).is_file()]
            if carried:
                copy(Path(text), context.output("licenses") / place)
                found |= dict.fromkeys(carried, (place,))
        return found

    def _copy_headers(self, context: ActionContext, probe: Probe) -> None:
        headers = context.output("headers")
        for folder in probe.include_folders():
            for file in sorted(folder.rglob("*.h")) if folder.is_dir() else ():
                copy(file, headers / file.relative_to(folder))
        if nested := _multiarch_header(probe):
            copy(nested[1], headers / nested[0])
        check_headers(probe)

    def _copy_static(self, context: ActionContext, probe: Probe) -> Link | None:
        """libpython's archive and those that it needs; None when there is no archive."""
        tree, archive = context.output("link"), probe.libpython_archive()
        if archive is None:
            return None
        archives, libraries = [], []
        copy(archive, tree / archive.name)
        for name in link_names(probe):
            if is_glibc(f"lib{name}.so"):
                libraries.append(name)
                continue
            static = _find_archive(probe, name)
            if static is None:
                raise _missing_archive(probe, name)
            copy(static, tree / static.name)
            archives.append(static.name)
        return Link("static", archive.name, tuple(archives), tuple(libraries))

    def _copy_shared(self, context: ActionContext, probe: Probe) -> Link:
        """libpython itself and what it needs, among the libraries."""
        library = probe.libpython_shared()
        assert library is not None  # check() saw it
        needed = closures(context, Path(probe.executable), {"libpython": library})["libpython"]
        strip_into(context.output("libraries") / "lib", [*needed, library])
        return Link("shared", f"lib/{library.name}", (), ())

    def _copy_spare(self, context: ActionContext, probe: Probe) -> tuple[str, ...]:
        """What wheels may expect of the system, as far as it's installed."""
        found = spare_libraries(context, Path(probe.executable))
        strip_into(context.output("libraries") / "lib", found)
        return tuple(f"lib/{path.name}" for path in found)

    def _copy_extensions(self, context: ActionContext, probe: Probe) -> dict[str, Extension]:
        names = dict(extension_files(context.tree("extensions"), probe))
        needed = closures(context, Path(probe.executable), names)
        for each in needed.values():
            strip_into(context.output("libraries") / "lib", each)
        strip_into(context.output("extensions"), names.values())
        return {
            name: Extension(file.name, tuple(f"lib/{lib.name}" for lib in needed[name]))
            for name, file in sorted(names.items())
        }


def _archive_folders(probe: Probe) -> list[Path]:
    own = [Path(probe.config("LIBDIR")), Path("/usr/lib") / probe.config("MULTIARCH")]
    return [*own, Path("/usr/lib64"), Path("/usr/lib"), Path("/usr/local/lib")]


def _find_archive(probe: Probe, name: str) -> Path | None:
    """A static library that libpython's objects need."""
    paths = (folder / f"lib{name}.a" for folder in _archive_folders(probe))
    return next((path for path in paths if is_file(path)), None)


def _missing_archive(probe: Probe, name: str) -> ActionError:
    return ActionError(
        Diagnostic(
            "OX0512",
            f"{probe.executable} was built with lib{name}, whose static library isn't installed",
            notes=tuple(f"looked in {folder}" for folder in _archive_folders(probe)),
            help=f"install the development package of lib{name}",
        )
    )


def _multiarch_header(probe: Probe) -> tuple[str, Path] | None:
    """Debian's pyconfig.h includes the one of the architecture, by this path."""
    multiarch, main = probe.config("MULTIARCH"), probe.include_folders()[0]
    name = f"{multiarch}/{main.name}/pyconfig.h"
    file = main.parent / name
    return (name, file) if multiarch and is_file(file) else None
