"""link-runtime: the C runtime and libpython as one program, the same for every application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from attrs import frozen

from oxidize.actions import zig
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.binary.elf import Elf
from oxidize.distributions.description import Description
from oxidize.errors import ActionError, Diagnostic
from oxidize.resources.layout import FileFlag
from oxidize.resources.model import Blob, File, Resources
from oxidize.resources.writer import write_container
from oxidize.triples import system_of

# One constant set: zig builds a libc afresh for each new combination (3 to 90 s).
_FLAGS = (
    "-std=gnu11",
    "-O2",
    "-g0",
    "-fno-sanitize=undefined",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wno-date-time",
)


@frozen
class _System:
    """What a family of systems has of its own: the ends of names of sources that are for it, and
    flags of links."""

    sources: tuple[str, ...]
    library: str
    executable: tuple[str, ...]
    shared: tuple[str, ...]
    release: tuple[str, ...]


# The parts of a launcher without Python, each in one source file or one per system. A static
# runtime has `_STATIC` in place of `_SHARED`.
_LAUNCHER = (
    "main",
    "container",
    "extract",
    "extract_places",
    "image",
    "library",
    "program",
    "resources_file",
)
_STATIC, _SHARED = "python_static.c", "python_shared.c"
_SHARED_RUNTIME = "lib/oxidize-runtime"
_SYSTEMS = {
    "linux": _System(
        sources=("posix", "linux", "elf"),
        library=f"{_SHARED_RUNTIME}.so",
        executable=("-rdynamic",),
        shared=("-fPIC", "-shared"),
        release=("-Wl,--strip-all",),
    ),
    "darwin": _System(
        sources=("posix", "darwin", "macho"),
        library=f"{_SHARED_RUNTIME}.dylib",
        # The rest of the runtime needs functions that the launcher itself may not.
        executable=("-Wl,--no-gc-sections",),
        shared=(
            "-dynamiclib",
            *("-undefined", "dynamic_lookup"),
            "-Wl,-install_name,@rpath/oxidize-runtime.dylib",
        ),
        release=("-Wl,-x",),
    ),
}


def shared_runtime(triple: str) -> str:
    """Where a program has the part of the runtime that a launcher loads."""
    return _SYSTEMS[system_of(triple)].library


class LinkRuntime(Kind):
    """distribution, headers, link, runtime: the sources -> `runtime`, and `container`: what the
    program must carry for it."""

    mnemonic: ClassVar[str] = "link-runtime"
    version: ClassVar[int] = 7
    outputs: ClassVar[Mapping[str, OutputForm]] = {"runtime": "file", "container": "file"}

    def tools(self) -> Mapping[str, str]:
        """The toolchain and how it is called."""
        return {"zig": zig.version(), "flags": " ".join(_FLAGS)}

    def run(self, context: ActionContext) -> None:
        """Compiles and links, in one call per file."""
        description = Description.load(context.input("distribution"))
        if description.bitcode:
            check_bitcode(description, zig.llvm_version(context))
        system = system_of(description.triple)
        sources = sorted(path for path in context.tree("runtime") if is_source(path, system))
        files: dict[str, File] = {}
        if description.link_mode == "static":
            self._link_static(context, description, [s for s in sources if s != _SHARED])
        else:
            launcher = [s for s in sources if _part(s) in _LAUNCHER]
            rest = [s for s in sources if s not in (*launcher, _STATIC, _SHARED)]
            flags = _SYSTEMS[system].executable
            self._link(context, description, [*launcher, _SHARED], *flags)
            library = self._link_library(context, description, rest)
            files[library.path] = library
        with context.output("container").open("w+b") as out:
            write_container(Resources({}, files), out)

    def _link_static(
        self, context: ActionContext, description: Description, sources: Sequence[str]
    ) -> None:
        link = context.folder("link")
        self._link(
            context,
            description,
            sources,
            # Extension modules may use all of libpython, so all of it is kept and exported.
            "-Wl,--whole-archive",
            link / description.libpython,
            "-Wl,--no-whole-archive",
            *(link / name for name in description.link_archives),
            *_SYSTEMS[system_of(description.triple)].executable,
            *(f"-l{name}" for name in description.link_libraries),
        )

    def _link_library(
        self, context: ActionContext, description: Description, sources: Sequence[str]
    ) -> File:
        """The runtime as a shared library; the launcher and libpython have what it lacks."""
        system = _SYSTEMS[system_of(description.triple)]
        out = context.scratch / "runtime"
        self._link(context, description, sources, *system.shared, out=out)
        return File(system.library, Blob(out.read_bytes()), FileFlag.SHARED_LIBRARY)

    def _link(
        self,
        context: ActionContext,
        description: Description,
        sources: Sequence[str],
        *arguments: str | Path,
        out: Path | None = None,
    ) -> None:
        out = out or context.output("runtime")
        release = bool(context.params["release"])
        context.run(
            [
                *zig.compiler(),
                "-target",
                zig.target(description.triple, description.libc),
                *_FLAGS,
                f"-I{context.folder('headers')}",
                *sources,
                "-o",
                out,
                *arguments,
                *_libc_flags(description),
                *(_SYSTEMS[system_of(description.triple)].release if release else ()),
            ],
            env=zig.environment(context),
            cwd=context.folder("runtime"),
            needs=zig.needs(context),
        )
        if not release and system_of(description.triple) == "linux":
            # Names of functions, for debuggers and profilers, cost nothing at start. What debug
            # information libpython has is four times the size, and the linker's own
            # --strip-debug would take the names with it.
            out.write_bytes(Elf(out.read_bytes()).strip_debug())


def is_source(source: str, system: str) -> bool:
    """Whether a file is a source of that family of systems, or of all."""
    end = source.removesuffix(".c").rpartition("_")[2]
    own = _SYSTEMS[system].sources
    return source.endswith(".c") and (
        end in own or not any(end in other.sources for other in _SYSTEMS.values())
    )


def _part(source: str) -> str:
    """What a source file has: that of some systems is called as that of others."""
    name = source.removesuffix(".c")
    part, _, end = name.rpartition("_")
    return part if any(end in each.sources for each in _SYSTEMS.values()) else name


def _libc_flags(description: Description) -> Sequence[str]:
    """zig links musl statically unless told; glibc, never."""
    if description.libc != "musl":
        return ()
    return ("-static",) if description.static else ("-dynamic",)


def check_bitcode(description: Description, llvm: str) -> None:
    """Raises ActionError for bitcode that is newer than what reads it."""
    major = int(description.bitcode.partition(".")[0])
    if major > int(llvm.partition(".")[0]):
        raise ActionError(
            Diagnostic(
                "OX0525",
                f"the archive's objects are bitcode of LLVM {description.bitcode}, and zig "
                f"{zig.version()} reads that of LLVM {llvm} and older",
                help="pip install --upgrade ziglang; or take an older archive, or one without "
                '"lto" in its flavour',
            )
        )
