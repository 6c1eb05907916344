"""disk-image: an application on a disk image of macOS, next to a link to where they all are."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.installers.udif import write_udif

_DATE = "1980010100000000"
# xorriso's names of volumes have so many bytes.
_LONGEST = 32


class DiskImage(Kind):
    """bundle: what is in the folder `name` -> `image`, a volume that is called `volume`.

    `xorriso` is the version of the program that makes the file system.
    """

    mnemonic: ClassVar[str] = "disk-image"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"image": "file"}

    def tools(self) -> Mapping[str, str]:
        """What compresses: other versions give other bytes."""
        return {"zlib": zlib.ZLIB_RUNTIME_VERSION}

    def run(self, context: ActionContext) -> None:
        """Writes the image. What isn't said of the volume, xorriso would make up."""
        root = context.scratch / "root"
        root.mkdir()
        context.folder("bundle").rename(root / str(context.params["name"]))
        for folder in (root, *(each for each in root.rglob("*") if each.is_dir())):
            folder.chmod(0o755)  # whatever the umask is
        (root / "Applications").symlink_to("/Applications")
        volume = str(context.params["volume"]).encode()[:_LONGEST].decode(errors="ignore")
        file = context.scratch / "volume"
        context.run(
            [
                *("xorriso", "-as", "mkisofs", "-quiet", "-iso-level", "3", "-R", "-hfsplus"),
                *("-V", volume, "-hfsplus-serial-no", "6F786964697A6500"),
                *(f"--modification-date={_DATE}", "--set_all_file_dates", _DATE),
                *("-uid", "0", "-gid", "0", "-o", file, root),
            ]
        )
        with context.output("image").open("wb") as out:
            write_udif(file, out)
