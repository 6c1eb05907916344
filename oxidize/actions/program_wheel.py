"""program-wheel: a program as a wheel, which pip installs."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from packaging.version import Version

from oxidize.actions.archive import members
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.licence_texts import licence_text
from oxidize.actions.program_needs import program_needs
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers.wheel import WheelDescription, WheelName, write_wheel
from oxidize.installers.wheel_tags import PlatformTag, tags_of


class ProgramWheel(Kind):
    """files as of `archive`, relative to where scripts go; needs and licences, of the programs ->
    `wheel`. `description` is a WheelDescription without its name, which has its own parameters."""

    mnemonic: ClassVar[str] = "program-wheel"
    version: ClassVar[int] = 2
    outputs: ClassVar[Mapping[str, OutputForm]] = {"wheel": "file"}

    def tools(self) -> Mapping[str, str]:
        """What compresses: other versions give other bytes."""
        return {"zlib": zlib.ZLIB_RUNTIME_VERSION}

    def run(self, context: ActionContext) -> None:
        """Writes the wheel, if the program runs wherever its tag promises."""
        params = cast(Mapping[str, Any], context.params)
        platform = str(params["platform"])
        _check_tags(context, platform)
        files = members(context)
        if others := [each.path for each in files if "/" in each.path]:
            raise ActionError(
                Diagnostic(
                    "OX1109",
                    f'a wheel has one program, and no place for "{others[0].partition("/")[2]}"',
                    help="load everything from memory: policy locations of files lead to this",
                )
            )
        name = WheelName(params["package"], Version(params["version"]), platform)
        description = WheelDescription(
            name=name, licences=licence_text(context), **params["description"]
        )
        with context.output("wheel").open("wb") as out:
            write_wheel(description, files, out)


def _check_tags(context: ActionContext, platform: str) -> None:
    needs = program_needs(context)
    for text in tags_of(platform):
        tag = PlatformTag.read(text)
        assert tag
        if needed := tag.beyond(needs):
            raise ActionError(
                Diagnostic(
                    "OX1109",
                    f"the program needs {needed}, which the tag {text} doesn't ask for",
                    help=f'platform = "{tag.promising(needed)}"; or take a standalone '
                    "distribution, which needs less",
                )
            )
