"""link-runtime: the C runtime and libpython as one program, the same for every application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from attrs import frozen

from oxidize.actions import zig
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.runtime_sources import SHARED, STATIC, RuntimeSources, unit
from oxidize.binary.elf import Elf
from oxidize.binary.embed_pe import for_windows
from oxidize.distributions import windows
from oxidize.distributions.description import Description
from oxidize.errors import ActionError, Diagnostic
from oxidize.resources.layout import FileFlag
from oxidize.resources.model import Blob, File, Resources
from oxidize.resources.writer import write_container
from oxidize.triples import system_of

# What the launcher of Windows offers, and the file that it is, in the eyes of the linker.
_OFFERED, _PROGRAM, _START = "program.def", "oxidize-program.exe", "start.def"


@frozen
class _System:
    """What a family of systems has of its own: flags of links, and where its programs carry the
    runtime, whose launcher is without Python."""

    library: str
    executable: tuple[str, ...]
    shared: tuple[str, ...]
    release: tuple[str, ...]


_RUNTIME = "lib/oxidize-runtime"
_SYSTEMS = {
    "linux": _System(
        library=f"{_RUNTIME}.so",
        executable=("-rdynamic",),
        shared=("-fPIC", "-shared"),
        release=("-Wl,--strip-all",),
    ),
    "darwin": _System(
        library=f"{_RUNTIME}.dylib",
        # The rest of the runtime needs functions that the launcher itself may not.
        executable=("-Wl,--no-gc-sections",),
        shared=(
            "-dynamiclib",
            *("-undefined", "dynamic_lookup"),
            "-Wl,-install_name,@rpath/oxidize-runtime.dylib",
        ),
        release=("-Wl,-x",),
    ),
    # zig would write what debuggers of Windows read to files of its own.
    "windows": _System(f"{_RUNTIME}.dll", ("-s",), ("-s", "-shared"), ()),
}


def shared_runtime(triple: str) -> str:
    """The path of the runtime in programs whose CPython is a shared library."""
    return _SYSTEMS[system_of(triple)].library


class LinkRuntime(Kind):
    """distribution, headers, link, runtime: the sources -> `runtime`, and `container`: what the
    program must carry for it."""

    mnemonic: ClassVar[str] = "link-runtime"
    version: ClassVar[int] = 10
    outputs: ClassVar[Mapping[str, OutputForm]] = {"runtime": "file", "container": "file"}

    def tools(self) -> Mapping[str, str]:
        """The toolchain and how it is called."""
        return {"zig": zig.version(), "flags": " ".join(zig.FLAGS)}

    def run(self, context: ActionContext) -> None:
        """Compiles and links, in one call per file that comes of it."""
        description = Description.load(context.input("distribution"))
        if description.bitcode:
            check_bitcode(description, zig.llvm_version(context))
        names = (path for path in context.tree("runtime") if path.endswith(".c"))
        sources = RuntimeSources.of(names, description.triple)
        files: dict[str, File] = {}
        if description.link_mode == "static":
            self._link_static(context, description, sources)
        else:
            path = shared_runtime(description.triple)
            windowed = system_of(description.triple) == "windows"
            link = self._link_dll if windowed else self._link_library
            data = link(context, description, sources)
            files[path] = File(path, Blob(data), FileFlag.SHARED_LIBRARY)
        with context.output("container").open("w+b") as out:
            write_container(Resources({}, files), out)

    def _link_static(
        self, context: ActionContext, description: Description, sources: RuntimeSources
    ) -> None:
        link = context.folder("link")
        self._link(
            context,
            description,
            _unit(context, "launcher", *sources.launcher, STATIC),
            _unit(context, "rest", *sources.rest),
            # Extension modules may use all of libpython, so all of it is kept and exported.
            "-Wl,--whole-archive",
            link / description.libpython,
            "-Wl,--no-whole-archive",
            *(link / name for name in description.link_archives),
            *_SYSTEMS[system_of(description.triple)].executable,
            *(f"-l{name}" for name in description.link_libraries),
        )

    def _link_library(
        self, context: ActionContext, description: Description, sources: RuntimeSources
    ) -> bytes:
        """The launcher, and the rest of the runtime as a shared library, which the launcher and
        libpython have what it lacks of."""
        system = _SYSTEMS[system_of(description.triple)]
        launcher = _unit(context, "launcher", *sources.launcher, SHARED)
        self._link(context, description, launcher, *system.executable)
        out = context.scratch / "runtime"
        rest = _unit(context, "rest", *sources.rest)
        self._link(context, description, rest, *system.shared, out=out)
        return out.read_bytes()

    def _link_dll(
        self, context: ActionContext, description: Description, sources: RuntimeSources
    ) -> bytes:
        """The same for Windows, whose linker wants to know which file each function is in."""
        system = _SYSTEMS["windows"]
        launcher = (_unit(context, "launcher", *sources.launcher, SHARED), _OFFERED)
        # zig writes more beside it.
        program, out = context.scratch / _PROGRAM, context.scratch / "runtime.dll"
        self._link(context, description, *launcher, *system.executable, out=program)
        context.output("runtime").write_bytes(for_windows(program.read_bytes()))
        python = Path(description.libpython).name
        libraries = (
            _import_library(context, context.folder("link") / windows.DEFINITION, python),
            _import_library(context, context.folder("runtime") / _OFFERED, _PROGRAM),
        )
        rest = (_unit(context, "rest", *sources.rest), _START)
        self._link(context, description, *rest, *system.shared, *libraries, out=out)
        return out.read_bytes()

    def _link(
        self,
        context: ActionContext,
        description: Description,
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
                *zig.FLAGS,
                f"-I{context.folder('headers')}",
                # For quoted names alone: systems have a <paths.h>, too.
                *("-iquote", context.folder("runtime")),
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


def _unit(context: ActionContext, name: str, *sources: str) -> Path:
    path = context.scratch / f"{name}.c"
    path.write_text(unit(sources), encoding="utf-8")
    return path


def _import_library(context: ActionContext, definition: Path, file: str) -> Path:
    """What is linked in place of a DLL, or of a program, that isn't there."""
    out = context.scratch / f"{file}.a"
    context.run(
        [*zig.dlltool(), "-m", "i386:x86-64", "-d", definition, "-D", file, "-l", out],
        env=zig.environment(context),
        needs=zig.needs(context),
    )
    return out


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
