"""standalone-import: a standalone archive, taken apart into a distribution's trees."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from attrs import evolve

from oxidize.actions.distribution_trees import OUTPUTS, copy, strip_into, stripped
from oxidize.actions.kind import ActionContext, Kind, Needs, OutputForm
from oxidize.binary.error import BinaryError
from oxidize.binary.needed import read_dynamic
from oxidize.binary.pe_file import is_pe
from oxidize.binary.relocate import relocated
from oxidize.binary.universal import thin
from oxidize.distributions import probe as script
from oxidize.distributions import windows
from oxidize.distributions.archive import (
    MOST_BYTES,
    Contents,
    full_archive,
    full_contents,
    install_only_contents,
    install_only_interpreter,
    is_needed,
    needed_libraries,
)
from oxidize.distributions.description import Component, Description, Extension
from oxidize.distributions.host import Probe
from oxidize.distributions.python_json import BadArchiveContent
from oxidize.distributions.standard_library import OMITTED, carried_files
from oxidize.errors import ActionError, Diagnostic
from oxidize.fetch.unpack import BadArchive, unpack
from oxidize.triples import system_of, without_level
from oxidize.versions import PYTHON_VERSIONS

# What a description tells of the machine that it was made on.
_LOCAL = ("config", "extensions", "include", "libc", "stdlib")


class StandaloneImport(Kind):
    """archive: what fetch-archive got -> a distribution, and what compiles for it.

    `native`: whether its interpreter runs here. Then `interpreter` is a tree with it, and `python`
    its description, in which `executable` is a path in that tree; else both are empty, and
    `compiler` may describe what compiles in its place.
    """

    mnemonic: ClassVar[str] = "standalone-import"
    version: ClassVar[int] = 7
    outputs: ClassVar[Mapping[str, OutputForm]] = {
        **OUTPUTS,
        "python": "file",
        "interpreter": "tree",
    }

    def run(self, context: ActionContext) -> None:
        """Unpacks it, and copies what applications need."""
        try:
            self._import(context)
        except (BadArchive, BadArchiveContent, BinaryError) as error:
            raise refused(str(error)) from error

    def _import(self, context: ActionContext) -> None:
        folder = context.scratch / "archive"
        unpack(context.input("archive"), folder, most_bytes=MOST_BYTES, wanted=is_needed)
        contents = _contents(context, folder)
        _check_compiler(context, contents)
        libraries = _library_files(contents.install)
        extensions, omitted = _copy_extensions(context, contents, libraries)
        for path, file in carried_files(contents.stdlib, _patterns(contents.test_packages)):
            copy(file, context.output("stdlib") / path)
        for file in sorted(contents.headers.rglob("*.h")):
            copy(file, context.output("headers") / file.relative_to(contents.headers))
        description = Description(
            version=contents.version,
            triple=context.platform,
            source="standalone",
            link_mode=contents.link_mode,
            libpython=_copy_libpython(context, contents),
            link_archives=_copy_archives(context, contents),
            link_libraries=contents.link_libraries,
            libc=contents.libc,
            builtin=contents.builtin,
            extension_suffixes=contents.extension_suffixes,
            extensions=extensions,
            omitted={**(contents.absent or OMITTED), **omitted},
            flavour=contents.flavour,
            static=contents.static,
            bitcode=contents.bitcode,
            components=_copy_licences(context, contents),
        )
        context.output("distribution").write_text(description.dump())
        _write_interpreter(context, contents)


def refused(why: str) -> ActionError:
    """The error for an archive that can't be embedded."""
    return ActionError(
        Diagnostic(
            "OX0521",
            f"the archive can't be embedded: {why}",
            help="docs/distributions.md tells which archives can be",
        )
    )


def _contents(context: ActionContext, folder: Path) -> Contents:
    said = full_archive(folder)
    if said is not None:
        _check(context, said.triple, said.python, said.options)
        return full_contents(folder, said)
    if not context.params["native"]:
        raise BadArchiveContent(
            "an install_only archive describes itself where it runs only; take a full one"
        )
    probe = _asked(context, install_only_interpreter(folder))
    options = {"freethreaded": "Py_GIL_DISABLED", "debug": "Py_DEBUG"}
    found = "+".join(name for name, each in options.items() if probe.config(each) == "1")
    _check(context, context.platform, probe.version, found)
    return install_only_contents(folder, probe)


def _check(context: ActionContext, triple: str, version: str, options: str) -> None:
    """Raises BadArchiveContent for another triple's, or what oxidize can't embed."""
    if without_level(triple) != context.platform:
        raise BadArchiveContent(f"it is for {triple}, not for {context.platform}")
    if ".".join(version.split(".")[:2]) not in PYTHON_VERSIONS:
        known = f"{PYTHON_VERSIONS[0]} to {PYTHON_VERSIONS[-1]}"
        raise BadArchiveContent(f"it is CPython {version}, outside {known}")
    for option, what in (("debug", "a debug build"), ("freethreaded", "a free-threaded build")):
        if option in options.split("+"):
            raise BadArchiveContent(f"it is {what} of CPython")


def _check_compiler(context: ActionContext, contents: Contents) -> None:
    """Raises ActionError where bytecode would be another version's: also those before a final one
    have their own."""
    if not context.inputs("compiler"):
        return
    other, version = Probe.load(context.input("compiler")), contents.version
    minor = ".".join(version.split(".")[:2])
    if other.minor == minor and contents.magic not in (b"", other.magic):
        raise ActionError(
            Diagnostic(
                "OX0528",
                f"the archive's CPython {version} reads other bytecode than CPython "
                f"{other.version}, which was to compile for it",
                help="take an archive and a CPython of final versions",
            )
        )
    if other.minor != minor:
        raise ActionError(
            Diagnostic(
                "OX0528",
                f"the archive is CPython {version}, and CPython {other.version} was to compile for "
                "it",
                help=f"run oxidize with CPython {minor}; or name the archive as it was published "
                f'("cpython-{version}+..."), so that a CPython {minor} is looked for',
            )
        )


def _patterns(packages: tuple[str, ...]) -> Iterator[str]:
    return (name.replace(".", "/") for name in packages)


def _copy_libpython(context: ActionContext, contents: Contents) -> str:
    """Its path in the tree `link`, or (shared) `libraries`."""
    if contents.link_mode == "static":
        copy(contents.libpython, context.output("link") / contents.libpython.name)
        return contents.libpython.name
    folder = context.output("libraries") / "lib"
    adapted = _adapted(context, _library_files(contents.install), "@loader_path")
    strip_into(folder, [contents.libpython], adapted)
    if system_of(context.platform) == "windows":
        strip_into(folder, windows.carried_libraries(contents.install))
        made = windows.definition(contents.libpython)
        (context.output("link") / windows.DEFINITION).write_text(made)
    return f"lib/{contents.libpython.name}"


def _copy_archives(context: ActionContext, contents: Contents) -> tuple[str, ...]:
    for file in contents.link_archives:
        copy(file, context.output("link") / file.name)
    return tuple(file.name for file in contents.link_archives)


def _library_files(install: Path) -> dict[str, Path]:
    """The shared libraries of an installation, by the names that others need them by."""
    if found := windows.library_files(install):
        return found
    files = sorted(each for end in ("so*", "dylib") for each in (install / "lib").glob(f"*.{end}"))
    return {file.name: file for file in files if file.is_file()}


def _copy_extensions(
    context: ActionContext, contents: Contents, libraries: Mapping[str, Path]
) -> tuple[dict[str, Extension], dict[str, str]]:
    """(extension modules, those that are left out and why)."""
    files = {**libraries, **{file.name: file for file in contents.extensions.values()}}
    machine = context.platform.partition("-")[0]
    needed = {name: _needed(file, machine) for name, file in files.items()}
    near, beside = (_adapted(context, libraries, f"@loader_path{each}") for each in ("", "/lib"))
    extensions, omitted = {}, {}
    for name, file in sorted(contents.extensions.items()):
        found, missing = needed_libraries(needed, file.name, libraries)
        if missing:
            omitted[name] = f"it needs {missing[0]}, which the archive doesn't carry"
            continue
        strip_into(context.output("extensions"), [file], beside)
        strip_into(context.output("libraries") / "lib", (libraries[each] for each in found), near)
        paths = tuple(f"lib/{libraries[each].name}" for each in found)
        extensions[name] = Extension(file.name, paths)
    return extensions, omitted


def _needed(file: Path, machine: str) -> tuple[str, ...]:
    data = file.read_bytes()
    return windows.needed(data) if is_pe(data) else read_dynamic(thin(data, machine)).needed


def _adapted(
    context: ActionContext, libraries: Mapping[str, Path], folder: str
) -> Callable[[bytes], bytes]:
    """What programs carry of a native file, which finds the libraries in that folder: macOS is told
    where they are, as others load what is loaded already."""
    if system_of(context.platform) != "darwin":
        return stripped
    machine = context.platform.partition("-")[0]
    return lambda data: relocated(data, machine, libraries, folder)


def _copy_licences(context: ActionContext, contents: Contents) -> dict[str, Component]:
    folder = context.output("licenses")
    if contents.licence:
        copy(contents.licence, folder / "python" / contents.licence.name)
    components = {}
    for name, each in contents.components.items():
        assert contents.licences is not None
        for path in each.texts:
            copy(contents.licences / path, folder / Path(path).name)
        components[name] = evolve(each, texts=tuple(Path(p).name for p in each.texts))
    return components


def _write_interpreter(context: ActionContext, contents: Contents) -> None:
    """What runs here: the interpreter with its modules and headers, and what it says of itself."""
    place, python = context.output("interpreter"), context.output("python")
    if not context.params["native"]:
        python.write_text("{}\n")
        return
    name = contents.interpreter.name
    strip_into(place / "bin", [contents.interpreter])
    (place / "bin" / name).chmod(0o755)
    shared = [f for n, f in _library_files(contents.install).items() if n.startswith("libpython")]
    used = context.output("libraries") / "lib"
    strip_into(place / "lib", [*shared, *(used.iterdir() if used.is_dir() else ())])
    for folder in (contents.stdlib, contents.headers):
        for file in sorted(folder.rglob("*")):
            if _runs_with(file.relative_to(folder), file):
                copy(file, place / file.relative_to(contents.install))
    said = _asked(context, place / "bin" / name).data
    if said["version"] != contents.version:
        raise refused(f"it says that it is CPython {contents.version}, and is {said['version']}")
    kept = {key: value for key, value in said.items() if key not in _LOCAL}
    python.write_text(json.dumps({**kept, "executable": f"bin/{name}"}, indent=1, sort_keys=True))


def _runs_with(path: Path, file: Path) -> bool:
    """Whether a file of the standard library or the headers is there when projects are built."""
    heavy = {"test", "tests", "idlelib", "site-packages", "turtledemo", "__pycache__"}
    return file.is_file() and heavy.isdisjoint(path.parts) and not file.name.endswith(".a")


def _asked(context: ActionContext, interpreter: Path) -> Probe:
    """What an interpreter of the archive says of itself."""
    try:
        done = context.run(
            [interpreter, "-I", "-S", "-B", script.__file__], needs=Needs(read=(script.__file__,))
        )
    except ActionError as error:
        diagnostic = Diagnostic(
            "OX0522",
            "the archive's interpreter doesn't run on this machine",
            notes=(error.diagnostic.message, *error.diagnostic.notes),
            help="take an archive for a system as old as this one",
        )
        raise ActionError(diagnostic, error.output) from error
    try:
        return Probe(json.loads(done.stdout))
    except ValueError as error:
        raise BadArchiveContent(f"its interpreter doesn't say what it is: {error}") from error
