"""build-wheel: a local project, or source archive, becomes a wheel by its own back end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.interpreter import Interpreter
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.uv_command import run_uv, told
from oxidize.errors import ActionError
from oxidize.packages import uv


class BuildWheel(Kind):
    """sources: a project's folder, python: a probe's description -> `wheel`: a tree with one.

    `archive`: the file's name in the tree, when it isn't a folder that is built.
    """

    mnemonic: ClassVar[str] = "build-wheel"
    version: ClassVar[int] = 2
    outputs: ClassVar[Mapping[str, OutputForm]] = {"wheel": "tree"}

    def tools(self) -> Mapping[str, str]:
        """What runs the back end."""
        return {"uv": uv.version()}

    def run(self, context: ActionContext) -> None:
        """Builds in a copy."""
        source = context.folder("sources") / str(context.params["archive"])
        python, out = Interpreter.of(context), context.scratch / "dist"
        try:
            run_uv(
                context,
                python,
                ["build", "--wheel", "--python", python.executable, "--out-dir", out, source],
            )
        except ActionError as error:
            message = f"{context.params['name']} can't be built"
            raise told(error, "OX0909", message) from error
        (wheel,) = out.glob("*.whl")
        wheel.rename(context.output("wheel") / wheel.name)
