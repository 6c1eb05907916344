"""nsis-setup: files as a setup program for Windows, by makensis."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.windows_files import fitting_files, product_of
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers import nsis

_ICON = "product.ico"


class NsisSetup(Kind):
    """files and folder/N as of `archive`; licences, of the programs; icon, an .ico file, and
    agreement, a text, if there are -> `installer`.

    `product` is a WindowsProduct, `own` the paths of what is installed beside the files, `tools`
    the version of makensis; where `dense`, the program is small.
    """

    mnemonic: ClassVar[str] = "nsis-setup"
    version: ClassVar[int] = 2
    outputs: ClassVar[Mapping[str, OutputForm]] = {"installer": "file"}

    def run(self, context: ActionContext) -> None:
        """Writes the program."""
        files = fitting_files(context)
        for icon in context.inputs("icon"):
            (context.scratch / _ICON).symlink_to(icon)
        setup = nsis.NsisSetup(
            product_of(context),
            _staged(context.scratch / "files", files),
            sum(file.stat().st_size for file in files.values()),
            _ICON if context.inputs("icon") else "",
            _agreement(context),
            bool(context.params["dense"]),
        )
        script, made = context.scratch / "made.nsi", context.scratch / "made.exe"
        script.write_text(setup.script(made.name), encoding="utf-8")
        context.run(["makensis", "-NOCONFIG", "-V2", "-WX", "-INPUTCHARSET", "UTF8", script.name])
        made.rename(context.output("installer"))


def _staged(folder: Path, files: Mapping[str, Path]) -> dict[str, str]:
    """By their paths -> where they are below the scratch folder, under names that makensis takes
    for names of files, whatever theirs are."""
    folder.mkdir()
    staged = {path: f"{folder.name}/{number}" for number, path in enumerate(files)}
    for path, place in staged.items():
        (folder.parent / place).symlink_to(files[path])
    return staged


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
