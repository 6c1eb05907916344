"""link-appimage: the program that all AppImages for a machine begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions import zig
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.distributions.decoder import DECODER
from oxidize.distributions.recipes.recipe import licence_path
from oxidize.installers.appimage import SHARED


class LinkAppimage(Kind):
    """runtime: the sources; decoder: the result of build-source -> `runtime`, and `licences`: those
    of what is linked in. The parameters name the C library as descriptions do."""

    mnemonic: ClassVar[str] = "link-appimage"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"runtime": "file", "licences": "file"}

    def tools(self) -> Mapping[str, str]:
        """The toolchain and how it is called."""
        return {"zig": zig.version(), "flags": " ".join(zig.FLAGS)}

    def run(self, context: ActionContext) -> None:
        """Compiles and links, in one call."""
        runtime, decoder = context.folder("runtime"), context.folder("decoder")
        own = sorted(runtime.joinpath("appimage").glob("*.c"))
        context.run(
            [
                *zig.compiler(),
                *("-target", zig.target(context.platform, str(context.params["libc"]))),
                *zig.FLAGS,
                *("-static", "-Wl,--strip-all", f"-I{decoder / 'include'}"),
                *own,
                *(runtime / name for name in SHARED),
                decoder / "lib" / "libzstd.a",
                *("-o", context.output("runtime")),
            ],
            env=zig.environment(context),
            cwd=runtime,
            needs=zig.needs(context),
        )
        musl = zig.folder() / "lib" / "libc" / "musl" / "COPYRIGHT"
        texts = {
            f"{DECODER}, BSD-3-Clause": decoder / licence_path(DECODER),
            "musl, MIT": musl,
        }
        told = [f"{name}\n\n{file.read_text('utf-8').strip()}\n" for name, file in texts.items()]
        head = "The AppImage itself begins with a program that contains\n\n"
        context.output("licences").write_text(head + "\n\n".join(told), encoding="utf-8")
