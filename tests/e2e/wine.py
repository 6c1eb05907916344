"""wine, which runs programs for Windows here."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from oxidize.binary.pe_file import Pe
from tests import pythons

# What wine 8 has only the names of, and compiled code of numpy calls: the real and the imaginary
# part of a complex number, which arrives in a register, or for two doubles by its address.
_MISSING = {
    "crealf": "66 0f 6e c1 c3",
    "cimagf": "48 c1 e9 20 66 0f 6e c1 c3",
    "creal": "f2 0f 10 01 c3",
    "cimag": "f2 0f 10 41 08 c3",
}
# Nothing asks for .NET, or for a browser, and no entry of a menu gets to this system's own.
_NO_DIALOGS = "winemenubuilder.exe=d;mscoree,mshtml="
_OWN_MARK = b"Wine builtin DLL"


@frozen
class Wine:
    """A Windows of its own: a folder with its drive C."""

    prefix: Path

    @classmethod
    def made(cls, prefix: Path, entropy: Path) -> Wine:
        """With what wine 8 lacks; `entropy` is a bcryptprimitives.dll."""
        wine = cls(prefix)
        for command in (["wine", "wineboot", "--init"], ["wineserver", "--wait"]):
            program, *arguments = command
            subprocess.run(
                [pythons.need_tool(program), *arguments],
                env=wine.environment(WINEDLLOVERRIDES=_NO_DIALOGS),
                capture_output=True,
                check=True,
            )
        system = wine.drive / "windows" / "system32"
        (system / "bcryptprimitives.dll").write_bytes(entropy.read_bytes())
        own = next(Path("/usr/lib").rglob("x86_64-windows/ucrtbase.dll"), None)
        if own is None:
            pythons.missing("wine's ucrtbase.dll")
            raise AssertionError
        (system / "ucrtbase.dll").write_bytes(_completed(own.read_bytes()))
        return wine

    @property
    def drive(self) -> Path:
        """Drive C."""
        return self.prefix / "drive_c"

    def environment(self, **more: str) -> Mapping[str, str]:
        """What programs are run with."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.prefix.parent),
            "WINEPREFIX": str(self.prefix),
            "WINEDEBUG": "-all",
            # Arguments are told in it.
            "LC_ALL": "C.UTF-8",
            "WINEDLLOVERRIDES": f"ucrtbase=n;{_NO_DIALOGS}",
            **more,
        }

    def run(
        self, program: Path, *arguments: str, cwd: Path | None = None, stdin: str = "", **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program, whose streams are pipes: CPython under wine can't have others."""
        return subprocess.run(
            [pythons.need_tool("wine"), str(program), *arguments],
            cwd=cwd,
            env=self.environment(**more),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )


def _completed(data: bytes) -> bytes:
    """wine's C runtime with the functions that it lacks, and without its mark: as if it were
    Microsoft's own."""
    edited, pe = bytearray(data), Pe.of(data)
    for each in pe.exports():
        if each.name in _MISSING:
            code, place = bytes.fromhex(_MISSING[each.name]), pe.offset(each.address)
            edited[place : place + len(code)] = code
    at = data.index(_OWN_MARK)
    edited[at : at + len(_OWN_MARK)] = bytes(len(_OWN_MARK))
    return bytes(edited)
