"""msi-package: files as a package for Windows Installer, by wixl and msibuild."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from attrs import evolve

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.windows_files import fitting_files, product_of
from oxidize.installers import msi
from oxidize.installers.archive import STAMP
from oxidize.installers.msi_summary import settle_summary
from oxidize.installers.msi_text import ENCODING, TABLES, has_names, with_letters

_NAME = "made.msi"


class MsiPackage(Kind):
    """files and folder/N as of `archive`; licences, of the programs; icon, an .ico file, if there
    is one -> `installer`.

    `product` is a WindowsProduct, `own` the paths of what is installed beside the files, `tools`
    the versions of wixl and msibuild.
    """

    mnemonic: ClassVar[str] = "msi-package"
    version: ClassVar[int] = 3
    outputs: ClassVar[Mapping[str, OutputForm]] = {"installer": "file"}

    def run(self, context: ActionContext) -> None:
        """Writes the package."""
        package = _package(context)
        source = context.scratch / "made.wxs"
        source.write_text(package.source(), encoding="ascii")
        # Files' times are in it as the clock of the zone has them.
        utc = {"TZ": "UTC"}
        context.run(["wixl", "--arch", "x64", "--output", _NAME, source.name], env=utc)
        _settle_text(context)
        if package.product.on_path:
            _import(context, "Environment", package.environment_table())
        context.run(["msibuild", _NAME, "-q", *package.queries()])
        settle_summary(context.scratch / _NAME, package.code)
        (context.scratch / _NAME).rename(context.output("installer"))


def _package(context: ActionContext) -> msi.MsiPackage:
    found = fitting_files(context)
    icon = next(iter(context.inputs("icon")), None)
    if icon:
        shutil.copyfile(icon, context.scratch / "product.ico")
    package = msi.MsiPackage(
        product_of(context),
        _staged(context.scratch / "files", found),
        "product.ico" if icon else "",
        str(context.params["upgrade_code"]),
    )
    digests = [_digest(each) for each in (*found.values(), *([icon] if icon else []))]
    told = [package.source(), package.environment_table(), *digests]
    return evolve(package, content=hashlib.sha256("\n".join(told).encode()).hexdigest())


def _staged(folder: Path, files: Mapping[str, Path]) -> dict[str, str]:
    """Copies with one time, by their paths -> where they are below the scratch folder."""
    folder.mkdir()
    staged = {}
    for number, (path, file) in enumerate(files.items()):
        copy = folder / str(number)
        shutil.copyfile(file, copy)
        os.utime(copy, (STAMP, STAMP))
        staged[path] = f"{folder.name}/{number}"
    return staged


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _settle_text(context: ActionContext) -> None:
    """Has the tables say text of any language in UTF-8."""
    _import(context, "encoding", ENCODING)
    for table in TABLES:
        done = context.run(["msiinfo", "export", _NAME, table])
        if has_names(text := done.stdout.decode("ascii")):
            _import(context, table, with_letters(text))


def _import(context: ActionContext, name: str, table: str) -> None:
    path = context.scratch / f"{name}.idt"
    path.write_text(table, encoding="utf-8", newline="")
    context.run(["msibuild", _NAME, "-i", path.name])
