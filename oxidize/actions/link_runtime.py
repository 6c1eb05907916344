"""link-runtime: the C runtime and libpython as one program, the same for every application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from oxidize.actions import zig
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.runtime_sources import SHARED, STATIC, RuntimeSources
from oxidize.binary.elf import Elf
from oxidize.binary.embed_pe import for_windows
from oxidize.distributions import windows
from oxidize.distributions.description import Description
from oxidize.errors import ActionError, Diagnostic
from oxidize.resources.layout import FileFlag
from oxidize.resources.model import Blob, File, Resources
from oxidize.resources.writer import write_container

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

# Where programs carry the runtime, whose launcher is without Python.
_RUNTIME = {"windows": "lib/oxidize-runtime.dll", "linux": "lib/oxidize-runtime.so"}
# What the launcher of Windows offers, and the file that it is, in the eyes of the linker.
_OFFERED, _PROGRAM, _START = "program.def", "oxidize-program.exe", "start.def"


def shared_runtime(triple: str) -> str:
    """The path of the runtime in programs whose CPython is a shared library."""
    return _RUNTIME["windows" if "-windows-" in triple else "linux"]


class LinkRuntime(Kind):
    """distribution, headers, link, runtime: the sources -> `runtime`, and `container`: what the
    program must carry for it."""

    mnemonic: ClassVar[str] = "link-runtime"
    version: ClassVar[int] = 8
    outputs: ClassVar[Mapping[str, OutputForm]] = {"runtime": "file", "container": "file"}

    def tools(self) -> Mapping[str, str]:
        """The toolchain and how it is called."""
        return {"zig": zig.version(), "flags": " ".join(_FLAGS)}

    def run(self, context: ActionContext) -> None:
        """Compiles and links, in one call per file."""
        description = Description.load(context.input("distribution"))
        if description.bitcode:
            check_bitcode(description, zig.llvm_version(context))
        names = (path for path in context.tree("runtime") if path.endswith(".c"))
        sources = RuntimeSources.of(names, description.triple)
        files: dict[str, File] = {}
        if description.link_mode == "static":
            every = (*sources.launcher, *sources.rest, STATIC)
            self._link_static(context, description, every)
        else:
            path = shared_runtime(description.triple)
            link = self._link_dll if "-windows-" in description.triple else self._link_library
            data = link(context, description, sources)
            files[path] = File(path, Blob(data), FileFlag.SHARED_LIBRARY)
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
            "-rdynamic",
            *(f"-l{name}" for name in description.link_libraries),
        )

    def _link_library(
        self, context: ActionContext, description: Description, sources: RuntimeSources
    ) -> bytes:
        """The launcher, and the rest of the runtime as a shared library, which the launcher and
        libpython have what it lacks of."""
        self._link(context, description, [*sources.launcher, SHARED], "-rdynamic")
        out = context.scratch / "runtime.so"
        self._link(context, description, sources.rest, "-fPIC", "-shared", out=out)
        return out.read_bytes()

    def _link_dll(
        self, context: ActionContext, description: Description, sources: RuntimeSources
    ) -> bytes:
        """The same for Windows, whose linker wants to know which file each function is in."""
        # zig writes more beside it.
        program, out = context.scratch / _PROGRAM, context.scratch / "runtime.dll"
        self._link(context, description, [*sources.launcher, SHARED, _OFFERED], out=program)
        context.output("runtime").write_bytes(for_windows(program.read_bytes()))
        python = Path(description.libpython).name
        libraries = (
            _import_library(context, context.folder("link") / windows.DEFINITION, python),
            _import_library(context, context.folder("runtime") / _OFFERED, _PROGRAM),
        )
        self._link(context, description, [*sources.rest, _START], "-shared", *libraries, out=out)
        return out.read_bytes()

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
                *_system_flags(description),
                *(["-Wl,--strip-all"] if release else []),
            ],
            env=zig.environment(context),
            cwd=context.folder("runtime"),
            needs=zig.needs(context),
        )
        if not release and "-linux-" in description.triple:
            # Names of functions, for debuggers and profilers, cost nothing at start. What debug
            # information libpython has is four times the size, and the linker's own
            # --strip-debug would take the names with it.
            out.write_bytes(Elf(out.read_bytes()).strip_debug())


def _import_library(context: ActionContext, definition: Path, file: str) -> Path:
    """What is linked in place of a DLL, or of a program, that isn't there."""
    out = context.scratch / f"{file}.a"
    context.run(
        [*zig.dlltool(), "-m", "i386:x86-64", "-d", definition, "-D", file, "-l", out],
        env=zig.environment(context),
        needs=zig.needs(context),
    )
    return out


def _system_flags(description: Description) -> Sequence[str]:
    """zig links musl statically unless told, glibc, never; and writes what debuggers of Windows
    read to files of its own."""
    if "-windows-" in description.triple:
        return ("-s",)
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
