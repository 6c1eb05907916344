"""host-libraries: which of the system's files an installed CPython needs, so that keys cover them.

What is listed decides which files a build looks at, and nothing else: host-import, whose key has
their contents, asks the loader again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from oxidize.actions.kind import ActionContext, DiscoverContext, Kind, Needs, OutputForm
from oxidize.binary.elf import PT_INTERP, Elf
from oxidize.distributions.glibc import is_glibc
from oxidize.distributions.host import Probe, check
from oxidize.distributions.standard_library import module_name
from oxidize.errors import ActionError, Diagnostic
from oxidize.graph.action import Source, SourceFile, SourceTree
from oxidize.lookup import is_file

# Where the loader looks libraries up; installing and removing one changes it.
_LOADER_CACHE = Path("/etc/ld.so.cache")
# Compilers' run-time libraries, which wheels may expect of a system. They are carried if needed,
# and give way to the system's own.
_SPARE = ("libgcc_s.so.1", "libstdc++.so.6")


class HostLibraries(Kind):
    """description: the probe's -> `libraries`, as JSON: `files`, absolute paths, and `licences`,
    absolute paths of texts -> libraries that they hold for."""

    mnemonic: ClassVar[str] = "host-libraries"
    version: ClassVar[int] = 2
    outputs: ClassVar[Mapping[str, OutputForm]] = {"libraries": "file"}

    def discover(self, context: DiscoverContext) -> Mapping[str, tuple[Source, ...]]:
        """What needs libraries, and the loader's cache."""
        probe = Probe.load(context.input("description"))
        check(probe)
        shared = probe.libpython_shared()
        files = [Path(probe.executable), _LOADER_CACHE, *([shared] if shared else [])]
        return {
            "extensions": (SourceTree(str(probe.extensions)),),
            "loader": tuple(SourceFile(str(path)) for path in files if is_file(path)),
        }

    def run(self, context: ActionContext) -> None:
        """Asks the loader."""
        probe = Probe.load(context.input("description"))
        python = Path(probe.executable)
        shared = probe.libpython_shared()
        users = dict(extension_files(context.tree("extensions"), probe))
        if shared is not None and probe.libpython_archive() is None:
            users["libpython"] = shared
        found = {path for paths in closures(context, python, users).values() for path in paths}
        found.update(spare_libraries(context, python))
        told = {"files": sorted(map(str, found)), "licences": _licences(context, found)}
        context.output("libraries").write_text(json.dumps(told))


def _licences(context: ActionContext, libraries: Iterable[Path]) -> dict[str, list[str]]:
    """Those that come with packages of Debian's kind; other systems don't tell."""
    from shutil import which

    if not (tool := which("dpkg-query")):
        return {}
    # Where /lib is a link into /usr, packages may still say the former.
    real = {path.resolve(): path for path in libraries}
    asked = {str(path): library for path, library in real.items()}
    asked |= {each.removeprefix("/usr"): library for each, library in asked.items()}
    # It fails if there is a file which no package has.
    command = ["sh", "-c", '"$0" --search "$@" || true', tool, *asked]
    said = context.run(command, needs=Needs(machine=True)).stdout.decode()
    found: dict[str, list[str]] = {}
    for line in said.splitlines():
        packages, _, path = line.rpartition(": ")
        text = Path("/usr/share/doc", packages.partition(":")[0].partition(",")[0], "copyright")
        if path in asked and text.is_file():
            found.setdefault(str(text), []).append(str(asked[path]))
    return {text: sorted(set(found[text])) for text in sorted(found)}


def extension_files(tree: Mapping[str, Path], probe: Probe) -> Iterator[tuple[str, Path]]:
    """(module name, file) of the extension modules to carry."""
    for path, file in tree.items():
        if "/" not in path and (name := module_name(path, probe.extension_suffixes)):
            yield name, file


def closures(
    context: ActionContext, python: Path, files: Mapping[str, Path]
) -> dict[str, list[Path]]:
    """Each file's libraries outside glibc, each after those that it needs itself.

    The loader of that interpreter lists them, so they are found exactly as they are when it runs.
    """
    from concurrent.futures import ThreadPoolExecutor

    loader = _loader(python)
    with ThreadPoolExecutor(context.jobs) as pool:
        lists = pool.map(lambda file: _closure(context, loader, file), files.values())
        return dict(zip(files, lists, strict=True))


def spare_libraries(context: ActionContext, python: Path) -> list[Path]:
    """Those of _SPARE that are installed where the loader finds libc."""
    listed = _list(context, _loader(python), python)
    paths = [Path(line.partition(" => ")[2].rpartition(" (")[0]) for line in listed.splitlines()]
    folders = dict.fromkeys(path.parent for path in paths if path.name == "libc.so.6")
    found = (next((f / name for f in folders if (f / name).is_file()), None) for name in _SPARE)
    return [path for path in found if path is not None]


def _loader(python: Path) -> Path:
    """The dynamic loader of an executable."""
    elf = Elf(python.read_bytes())
    for segment in elf.segments:
        if segment.type == PT_INTERP:
            raw = bytes(elf.data[segment.offset : segment.offset + segment.file_size])
            return Path(raw.rstrip(b"\0").decode())
    raise ActionError(Diagnostic("OX0513", f"{python} is not a dynamically linked program"))


def _closure(context: ActionContext, loader: Path, file: Path) -> list[Path]:
    listed = _list(context, loader, file)
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
    return _in_order(found)


def _list(context: ActionContext, loader: Path, file: Path) -> str:
    """What the loader would load with a file, wherever on the machine that is."""
    return context.run([loader, "--list", file], needs=Needs(machine=True)).stdout.decode()


def _in_order(found: Mapping[str, Path]) -> list[Path]:
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
    return list(done.values())
