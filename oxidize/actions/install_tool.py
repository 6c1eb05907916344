"""install-tool: a tool from a package index, as a tree, for the machine that builds."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from oxidize.actions.interpreter import Interpreter
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.uv_command import run_uv, told
from oxidize.errors import ActionError
from oxidize.packages import uv
from oxidize.packages.tidy import tidy


class InstallTool(Kind):
    """`name` and `requirement`, a line with hashes -> `tool`."""

    mnemonic: ClassVar[str] = "install-tool"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"tool": "tree"}

    def tools(self) -> Mapping[str, str]:
        """What installs."""
        return {"uv": uv.version()}

    def run(self, context: ActionContext) -> None:
        """Installs it alone: what it would need, other tools bring."""
        folder, file = context.output("tool"), context.scratch / "requirements.txt"
        file.write_text(f"{context.params['requirement']}\n", encoding="utf-8")
        python = Path(sys.executable)
        places = (Path(sys.base_prefix), Path(sys.prefix))
        arguments = ("--no-deps", "--only-binary", ":all:", "--require-hashes", "--no-compile")
        try:
            run_uv(
                context,
                Interpreter(python, places),
                [
                    *("pip", "install", *arguments),
                    *("--python", python, "--target", folder, "--requirements", file),
                ],
            )
        except ActionError as error:
            name = context.params["name"]
            raise told(
                error,
                "OX1120",
                f"the tool {name} can't be installed",
                "a --wheelhouse with its wheel does without a network",
            ) from error
        tidy(folder, str(python))
