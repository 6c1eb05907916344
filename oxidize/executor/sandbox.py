"""The sandbox: what commands of actions can see of the machine, on Linux with namespaces.

It keeps builds honest, and isn't made to hold what wants to break out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from attrs import define, field, frozen

from oxidize.actions.kind import NO_NEEDS, Needs
from oxidize.executor import sandbox_launch as launch
from oxidize.executor.files import write_atomically
from oxidize.graph.digest import Digest

# What programs are installed in, and nobody's own files.
_SYSTEM = (
    *("/bin", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/sbin", "/usr"),
    *("/gnu", "/home/linuxbrew", "/nix", "/snap", "/sys/devices/system/cpu", "/usr/local"),
)
# Where names of hosts are looked up, if not in /etc.
_RESOLVERS = ("/run/nscd", "/run/resolvconf", "/run/systemd/resolve", "/var/run/nscd")
_TEMPORARY = ("/tmp", "/var/tmp")


@frozen
class View:
    """What one command sees: absolute paths by how they are shown (`sandbox_launch.LISTS`).

    `folder` is the action's, where the launcher's file is written.
    """

    places: Mapping[str, tuple[str, ...]]
    network: bool
    folder: Path

    def wrapped(self, argv: Sequence[str]) -> list[str]:
        """The command line that runs a command so."""
        data = json.dumps({**self.places, "network": self.network}, indent=1).encode()
        file = self.folder / f"sandbox-{Digest.of(data).hash[:16]}.json"
        if not file.exists():
            write_atomically(file, data)
        return [sys.executable, "-I", "-S", launch.__file__, str(file), *argv]

    def shows(self, path: Path) -> bool:
        """Whether a file or folder is there for the command; folders around places are."""
        real, best, shown = path.resolve(), "", path.parts[:2] in (("/", "proc"), ("/", "dev"))
        for how in launch.LISTS:
            for place in map(Path, self.places[how]):
                inner = place.resolve()
                if inner.is_relative_to(real):
                    return True
                if real.is_relative_to(inner) and len(str(inner)) >= len(best):
                    best, shown = str(inner), how not in ("hidden", "empty")
        return shown


@define(eq=False)
class Sandbox:
    """For the commands of one build; `hidden` are folders that hold other things than programs.

    `problem` says why commands run without it, once that is known.
    """

    hidden: tuple[Path, ...] = ()
    problem: str | None = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.problem = None if sys.platform == "linux" else "it takes Linux"

    def view(
        self, needs: Needs, folder: Path, inputs: Iterable[str | Path], home: str
    ) -> View | None:
        """What a command of the action in that folder sees; None: everything."""
        if needs.machine or self.problem:
            return None
        for each in needs.write:
            Path(each).mkdir(parents=True, exist_ok=True)
        places: dict[str, Iterable[str | Path]] = {
            "system": [*_SYSTEM, *(_RESOLVERS if needs.network else ())],
            "hidden": [each for each in self.hidden if _may_hide(each)],
            "empty": [*_TEMPORARY, *([home] if _is_other(home, folder) else [])],
            "read": [*inputs, *needs.read],
            "write": [*needs.write, folder],
        }
        shown = {how: tuple(dict.fromkeys(map(str, each))) for how, each in places.items()}
        return View(shown, needs.network, folder)

    def refused(self, done: subprocess.CompletedProcess[bytes]) -> bool:
        """Whether that is a command which couldn't be run so; if it is, no other one will be.

        Raises OSError where it is the command that can't be started.
        """
        code, prefix = done.returncode, launch.PREFIX.encode()
        if code not in (launch.FAILED, launch.UNSTARTED) or not done.stderr.startswith(prefix):
            return False
        why = done.stderr.removeprefix(prefix).decode(errors="replace").strip()
        if code == launch.UNSTARTED:
            raise OSError(int(why), os.strerror(int(why)))
        self.problem = why
        return True


def _may_hide(folder: Path) -> bool:
    """Whether no programs would go with it."""
    return folder.is_absolute() and not any(Path(each).is_relative_to(folder) for each in _SYSTEM)


def _is_other(home: str, folder: Path) -> bool:
    """Whether a home is neither in the action's folder nor around the system."""
    return _may_hide(Path(home)) and not Path(home).is_relative_to(folder)


def problem() -> str | None:
    """Why this machine lets no sandbox be made; it is tried."""
    import tempfile

    sandbox = Sandbox()
    with tempfile.TemporaryDirectory(prefix="oxidize-sandbox-") as name:
        view = sandbox.view(NO_NEEDS, Path(name), (), name)
        if view is not None:
            argv = view.wrapped(["true"])
            with suppress(OSError):  # a machine without `true`: the sandbox was made
                sandbox.refused(subprocess.run(argv, capture_output=True, cwd=name, check=False))
    return sandbox.problem
