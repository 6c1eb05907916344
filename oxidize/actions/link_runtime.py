"""link-runtime: the C runtime and libpython as one program, the same for every application."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions import zig
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.distributions.description import Description

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


class LinkRuntime(Kind):
    """distribution, headers, link, runtime: the sources -> `runtime`."""

    mnemonic: ClassVar[str] = "link-runtime"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"runtime": "file"}

    def tools(self) -> Mapping[str, str]:
        """The toolchain and how it is called."""
        return {"zig": zig.version(), "flags": " ".join(_FLAGS)}

    def run(self, context: ActionContext) -> None:
        """Compiles and links in one call."""
        description = Description.load(context.input("distribution"))
        headers, link = context.folder("headers"), context.folder("link")
        sources = context.folder("runtime")
        first, *others = [
            link / name for name in (description.libpython, *description.link_archives)
        ]
        context.run(
            [
                *zig.compiler(),
                "-target",
                zig.target(context.platform, description.libc),
                *_FLAGS,
                f"-I{headers}",
                *sorted(path.name for path in sources.glob("*.c")),
                "-o",
                context.output("runtime"),
                # Extension modules may use all of libpython, so all of it is kept and exported.
                "-Wl,--whole-archive",
                first,
                "-Wl,--no-whole-archive",
                *others,
                "-rdynamic",
                *(f"-l{name}" for name in description.link_libraries),
                "-Wl,--strip-all" if context.params["release"] else "-Wl,--strip-debug",
            ],
            env={
                "ZIG_GLOBAL_CACHE_DIR": str(context.tool_cache / "zig"),
                "ZIG_LOCAL_CACHE_DIR": str(context.tool_cache / "zig"),
            },
            cwd=sources,
        )
