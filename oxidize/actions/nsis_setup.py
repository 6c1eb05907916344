"""nsis-setup: files as a setup program for Windows, by makensis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.windows_files import product_of, windows_files
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers import nsis


class NsisSetup(Kind):
    """files and folder/N as of `archive`; licences, of the programs; icon, an .ico file, and
    agreement, a text, if there are -> `installer`.

    `product` is a WindowsProduct, `own` the paths of what is installed beside the files, `tools`
    the version of makensis; where `dense`, the program is small.
    """

    mnemonic: ClassVar[str] = "nsis-setup"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"installer": "file"}

    def run(self, context: ActionContext) -> None:
        """Writes the program."""
        files = windows_files(context)
        icon = next(iter(context.inputs("icon")), None)
        setup = nsis.NsisSetup(
            product_of(context),
            {path: str(file) for path, file in files.items()},
            sum(file.stat().st_size for file in files.values()),
            str(icon) if icon else "",
            _agreement(context),
            bool(context.params["dense"]),
        )
        script, made = context.scratch / "made.nsi", context.scratch / "made.exe"
        script.write_text(setup.script(made.name), encoding="utf-8")
        context.run(["makensis", "-NOCONFIG", "-V2", "-WX", "-INPUTCHARSET", "UTF8", script.name])
        made.rename(context.output("installer"))


def _agreement(context: ActionContext) -> str:
    """What people agree to, as a file with the ends of lines and the mark that Windows has."""
    for given in context.inputs("agreement"):
        try:
            text = given.read_text("utf-8-sig")
        except UnicodeDecodeError as error:
            message = f"the licence agreement isn't UTF-8: {error}"
            raise ActionError(Diagnostic("OX1133", message)) from error
        path = context.scratch / "agreement.txt"
        path.write_text(text, encoding="utf-8-sig", newline="\r\n")
        return path.name
    return ""
