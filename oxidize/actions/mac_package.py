"""mac-package: an application, or a command with its files, as a package of macOS."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from oxidize.actions.archive import members
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.mac_programs import architectures, licence_texts, minimum_macos
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers.archive import Member
from oxidize.installers.mac_names import name_problem
from oxidize.installers.mac_package import PackageDescription, write_package
from oxidize.installers.payload import TooLarge, entries


class MacPackage(Kind):
    """files and folder/N as of `archive`, below where they are installed; needs and licences, of
    the programs; licence: a text that is shown, if there is one -> `package`.

    `description` is a PackageDescription; `program` the path of a program, `minimum` the version
    of macOS that it needs, "" if that is to be found out; `licences` where those go, if anywhere.
    """

    mnemonic: ClassVar[str] = "mac-package"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"package": "file"}

    def tools(self) -> Mapping[str, str]:
        """What compresses: other versions give other bytes."""
        return {"zlib": zlib.ZLIB_RUNTIME_VERSION}

    def run(self, context: ActionContext) -> None:
        """Writes the package."""
        params = cast(Mapping[str, Any], context.params)
        description = PackageDescription(**params["description"])
        files = members(context)
        if path := params["licences"]:
            licences = context.scratch / "licences"
            licences.write_text(licence_texts(context), encoding="utf-8")
            files.append(Member(path, licences, False))
        if problem := name_problem([*params["links"], *(each.path for each in files)]):
            raise ActionError(problem)
        program = next(each.file for each in files if each.path == params["program"])
        try:
            found = entries(files, params["links"])
        except TooLarge as error:
            message = f"no package can be made of that: {error}"
            raise ActionError(Diagnostic("OX1157", message)) from error
        minimum = params["minimum"] or minimum_macos(context, program)
        distribution = description.distribution(found, minimum, architectures(program))
        licence = next(iter(context.inputs("licence")), None)
        with context.output("package").open("wb") as out:
            write_package(description, found, distribution, licence, context.scratch, out)
