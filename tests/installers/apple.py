"""apple-platform-py as tests have it: another reader of what macOS runs and installs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from attrs import frozen
from uv import find_uv_bin

from oxidize.executor.locks import exclusively
from oxidize.installers.tools import APPLE_PLATFORM
from tests import pythons


@frozen
class Apple:
    """The library, in a folder of its own."""

    folder: Path

    @classmethod
    def installed(cls, folder: Path) -> Apple:
        """Once for all workers."""
        folder.mkdir(exist_ok=True)
        with exclusively(folder / "lock"):
            if not (folder / "done").exists():
                (folder / "tool.txt").write_text(APPLE_PLATFORM.requirement)
                words = ("--require-hashes", "--no-deps", "--python", sys.executable)
                places = ("--target", folder / "library", "-r", folder / "tool.txt")
                command = (find_uv_bin(), "pip", "install", "-q", *words, *places)
                done = subprocess.run(command, check=False)
                if done.returncode:
                    pythons.missing(APPLE_PLATFORM.name)
                (folder / "done").touch()
        return cls(folder / "library")

    def says(self, function: str, *arguments: str | Path) -> Any:
        """What one of its functions returns, as JSON has it."""
        return json.loads(
            self._called("print(json.dumps(found, default=str))", function, *arguments)
        )

    def gives(self, function: str, *arguments: str | Path | int) -> bytes:
        """What one returns that gives bytes."""
        return self._called("sys.stdout.buffer.write(found)", function, *arguments)

    def _called(self, told: str, function: str, *arguments: str | Path | int) -> bytes:
        """Calls one in a process of its own, and has it tell what it found; whole numbers are
        numbers to it."""
        module, _, name = function.rpartition(".")
        code = (
            "import sys, json, importlib; sys.path.insert(0, sys.argv[1]); "
            "given = [int(each) if each.isdigit() else each for each in sys.argv[4:]]; "
            "found = getattr(importlib.import_module(sys.argv[2]), sys.argv[3])(*given); "
            f"{told}"
        )
        words = [str(self.folder), f"apple_platform{module and '.'}{module}", name]
        command = [sys.executable, "-c", code, *words, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, check=True).stdout

    def problems(self, program: Path) -> list[str]:
        """What it finds wrong with a signature. Of one that names nobody, it misses who signed."""
        found = [each["description"] for each in self.says("verify_macho", program)]
        return [each for each in found if "CMS error: missing further values" not in each]
