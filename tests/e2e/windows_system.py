"""A Windows that tests install on: its files, and its registry."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests import pythons
from tests.e2e.wine import Wine


class System:
    """What is on a Windows, and what its registry says."""

    def __init__(self, wine: Wine) -> None:
        self.wine = wine

    def run(self, *command: str | Path, cwd: Path | None = None) -> int:
        """The exit code of a command of Windows, whose services may go on with its streams."""
        return subprocess.run(
            [pythons.need_tool("wine"), *map(str, command)],
            cwd=cwd,
            env=self.wine.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        ).returncode

    def files(self) -> set[Path]:
        """All that is on the drive, but for what is temporary or the registry's export."""
        found = (each for each in self.wine.drive.rglob("*") if each.is_file())
        return {
            each
            for each in found
            if not {"Temp", "temp"} & {*each.parts} and each.name != "exported.reg"
        }

    def registry(self, key: str) -> str:
        """All that is below a key; "" if it isn't there."""
        file = self.wine.drive / "exported.reg"
        file.unlink(missing_ok=True)
        self.run("reg", "export", key, "C:\\exported.reg", "/y")
        return file.read_text("utf-16").replace("\\\n  ", "") if file.exists() else ""

    def path(self, key: str) -> str:
        """PATH, below a key; "" if there is none."""
        said = self.registry(key)
        if found := re.search(r'^"Path"=hex\(2\):([0-9a-f,]*)', said, re.M | re.I):
            return bytes.fromhex(found[1].replace(",", "")).decode("utf-16-le")[:-1]
        plain = re.search(r'^"Path"="(.*)"', said, re.M | re.I)
        return plain[1].replace("\\\\", "\\") if plain else ""

    def shortcuts(self) -> list[str]:
        """What is in the Start menu."""
        return [each.name for each in self.wine.drive.rglob("*.lnk")]

    def below(self, folder: Path) -> set[str]:
        """Paths of files in a folder."""
        found = {each for each in folder.rglob("*") if each.is_file()}
        return {str(each.relative_to(folder)) for each in found}

    def of_both(self, key: str) -> str:
        """What the registry has below a key of the machine's and of the person's programs."""
        return self.registry(f"HKLM\\Software\\{key}") + self.registry(f"HKCU\\Software\\{key}")
