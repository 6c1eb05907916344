"""app-bundle: a program and its files as an application of macOS, which isn't signed yet."""

from __future__ import annotations

import plistlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, cast

from oxidize.actions.archive import members
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.mac_programs import licence_texts, minimum_macos
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers.app_bundle import (
    INFO,
    LICENCES,
    PKG_INFO,
    PROGRAMS,
    RESOURCES,
    AppDescription,
    place_problem,
)
from oxidize.installers.archive import Member
from oxidize.installers.desktop_entry import OpenedType


class AppBundle(Kind):
    """files and folder/N as of `archive`, under their paths in the bundle; beside/N: what programs
    have next to them; icon, if there is one; needs and licences, of the programs -> `bundle`.

    `description` is an AppDescription, `info` a property list with more. A file in place of the
    licences stays.
    """

    mnemonic: ClassVar[str] = "app-bundle"
    version: ClassVar[int] = 2
    outputs: ClassVar[Mapping[str, OutputForm]] = {"bundle": "tree"}

    def run(self, context: ActionContext) -> None:
        """Writes the bundle."""
        params = cast(Mapping[str, Any], context.params)
        told, info = params["description"], plistlib.loads(params["info"].encode())
        types = [OpenedType(**each) for each in told["types"]]
        description = AppDescription(**{**told, "types": types})
        _check_beside(context, int(params["programs"]))
        found = members(context)
        paths, licences = [each.path for each in found], licence_texts(context)
        if problem := place_problem(paths, description.icon, licences=bool(licences)):
            raise ActionError(problem)
        out = context.output("bundle")
        for member in found:
            _write(out / member.path, member.file.read_bytes(), member.mode)
        for icon in context.inputs("icon"):
            _write(out / RESOURCES / description.icon, icon.read_bytes())
        if licences and LICENCES not in paths:
            _write(out / LICENCES, licences.encode())
        _write(out / "Contents/PkgInfo", PKG_INFO.encode())
        minimum = minimum_macos(context, _program(found, description.program))
        _write(out / INFO, description.property_list(minimum, info))


def _write(path: Path, data: bytes, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(mode)


def _check_beside(context: ActionContext, programs: int) -> None:
    for number in range(programs):
        if paths := list(context.tree(f"beside/{number}")):
            raise ActionError(
                Diagnostic(
                    "OX1150",
                    f'the program looks for "{paths[0]}" next to itself, where an application of '
                    "macOS has programs only",
                    help="load everything from memory: policy locations of files lead to this",
                )
            )


def _program(found: list[Member], name: str) -> Path:
    return next(each.file for each in found if each.path == f"{PROGRAMS}/{name}")
