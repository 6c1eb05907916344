"""link-runtime: the C runtime and libpython as one program, the same for every application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from oxidize.actions import zig
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.binary.elf import Elf
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


# What a launcher without Python consists of. A static runtime has `_STATIC` in place of `_SHARED`.
_LAUNCHER = (
    "main.c",
    "container.c",
    "extract_posix.c",
    "image_elf.c",
    "library_linux.c",
    "program_linux.c",
    "resources_file_posix.c",
)
_STATIC, _SHARED = "python_static.c", "python_shared.c"
SHARED_RUNTIME = "lib/oxidize-runtime.so"


class LinkRuntime(Kind):
    """distribution, headers, link, runtime: the sources -> `runtime`, and `container`: what the
    program must carry for it."""

    mnemonic: ClassVar[str] = "link-runtime"
    version: ClassVar[int] = 6
    outputs: ClassVar[Mapping[str, OutputForm]] = {"runtime": "file", "container": "file"}

    def tools(self) -> Mapping[str, str]:
        """The toolchain and how it is called."""
        return {"zig": zig.version(), "flags": " ".join(_FLAGS)}

    def run(self, context: ActionContext) -> None:
        """Compiles and links, in one call per file."""
        description = Description.load(context.input("distribution"))
        if description.bitcode:
            check_bitcode(description, zig.llvm_version(context))
        sources = sorted(path for path in context.tree("runtime") if path.endswith(".c"))
        files: dict[str, File] = {}
        if description.link_mode == "static":
            self._link_static(context, description, [s for s in sources if s != _SHARED])
        else:
            self._link(context, description, [*_LAUNCHER, _SHARED], "-rdynamic")
            rest = [s for s in sources if s not in (*_LAUNCHER, _STATIC, _SHARED)]
            files[SHARED_RUNTIME] = self._link_library(context, description, rest)
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
        self, context: ActionContext, description: Description, sources: Sequence[str]
    ) -> File:
        """The runtime as a shared library; the launcher and libpython have what it lacks."""
        out = context.scratch / "runtime.so"
        self._link(context, description, sources, "-fPIC", "-shared", out=out)
        return File(SHARED_RUNTIME, Blob(out.read_bytes()), FileFlag.SHARED_LIBRARY)

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
                *(["-Wl,--strip-all"] if release else []),
            ],
            env=zig.environment(context),
            cwd=context.folder("runtime"),
            needs=zig.needs(context),
        )
        if not release:
            # Names of functions, for debuggers and profilers, cost nothing at start. What debug
            # information libpython has is four times the size, and the linker's own
            # --strip-debug would take the names with it.
            out.write_bytes(Elf(out.read_bytes()).strip_debug())


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
