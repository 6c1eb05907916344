"""The host distribution: an installed CPython, read through the probe, in oxidize's terms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from oxidize.errors import Diagnostic, EnvironmentProblem
from oxidize.lookup import is_file
from oxidize.versions import PYTHON_VERSIONS


@frozen
class Probe:
    """What the probe printed, by name."""

    data: Mapping[str, Any]

    @classmethod
    def load(cls, path: Path) -> Probe:
        """From the file that the probing action wrote."""
        return cls(json.loads(path.read_text()))

    @property
    def executable(self) -> str:
        """The interpreter's path."""
        return str(self.data["executable"])

    @property
    def version(self) -> str:
        """Such as "3.13.0"."""
        return str(self.data["version"])

    @property
    def minor(self) -> str:
        """Such as "3.13"."""
        return ".".join(str(n) for n in self.data["version_info"][:2])

    @property
    def magic(self) -> bytes:
        """What its bytecode files begin with, 4 bytes."""
        return bytes.fromhex(self.data["magic"])

    @property
    def cache_tag(self) -> str:
        """Such as "cpython-313", in the names of its bytecode files."""
        return str(self.data["cache_tag"])

    @property
    def stdlib(self) -> Path:
        """The folder of the standard library."""
        return Path(self.data["stdlib"])

    @property
    def extensions(self) -> Path:
        """The folder of the standard library's extension modules."""
        return Path(self.data["extensions"])

    @property
    def extension_suffixes(self) -> tuple[str, ...]:
        """Endings of extension modules' file names, longest first."""
        return tuple(self.data["suffixes"]["extension"])

    def places(self) -> tuple[Path, ...]:
        """What the interpreter reads when it runs: folders, and no more of its prefix than that."""
        library = [Path(folder) for folder in (self.config("LIBDIR"),) if folder]
        libraries = (self.stdlib.parent, self.extensions.parent.parent, *library)
        return (Path(self.executable).parent, *libraries, *self.include_folders())

    def config(self, name: str) -> str:
        """A variable of CPython's own build; "" when it has none."""
        value = self.data["config"].get(name)
        return "" if value is None else str(value)

    def include_folders(self) -> list[Path]:
        """Folders of headers, without repetition."""
        return [Path(p) for p in dict.fromkeys(self.data["include"])]

    def libpython_shared(self) -> Path | None:
        """The shared libpython, if it's installed."""
        path = Path(self.config("LIBDIR"), self.config("INSTSONAME"))
        shared = ".so" in path.name and is_file(path)
        return path if shared else None

    def libpython_archive(self) -> Path | None:
        """The static libpython, if it's installed."""
        name = self.config("LIBRARY")
        for folder in (self.config("LIBPL"), self.config("LIBDIR")):
            path = Path(folder, name)
            if folder and name.endswith(".a") and is_file(path):
                return path
        return None


def _refuse(probe: Probe, why: str, help_: str) -> EnvironmentProblem:
    message = f"{probe.executable} can't be embedded: {why}"
    return EnvironmentProblem(Diagnostic("OX0511", message, help=help_))


def check(probe: Probe) -> None:
    """Raises EnvironmentProblem for a CPython that can't be embedded, saying what to do."""
    other = 'name another one: default_python_distribution(python = "/path/to/python3")'
    low, high = PYTHON_VERSIONS[0], PYTHON_VERSIONS[-1]
    minor = ".".join(map(str, probe.data["version_info"][:2]))
    if probe.data["implementation"] != "cpython":
        raise _refuse(probe, f"it is {probe.data['implementation']}, not CPython", other)
    if minor not in PYTHON_VERSIONS:
        raise _refuse(probe, f"it is CPython {probe.version}, outside {low} to {high}", other)
    if probe.config("Py_GIL_DISABLED") == "1":
        raise _refuse(probe, "it is a free-threaded build", other)
    if probe.config("Py_DEBUG") == "1":
        raise _refuse(probe, "it is a debug build of CPython", other)
    if probe.libpython_archive() is None and probe.libpython_shared() is None:
        raise _refuse(probe, "it has no libpython, static or shared", _install(probe))
    if probe.data["platform"] != "linux" or probe.data["libc"][0] != "glibc":
        raise _refuse(probe, "host distributions work on Linux with glibc", other)


def _install(probe: Probe) -> str:
    """How to get a libpython."""
    return (
        f"install the package that has it: libpython{probe.minor}-dev on Debian and Ubuntu, "
        f"python{probe.minor}-devel on Fedora; or use a Python of pyenv or uv"
    )


def check_headers(probe: Probe) -> None:
    """Raises EnvironmentProblem for a CPython without Python.h."""
    if not any((folder / "Python.h").is_file() for folder in probe.include_folders()):
        raise _refuse(
            probe,
            "its headers are not installed",
            f"install them: libpython{probe.minor}-dev on Debian and Ubuntu",
        )


def link_names(probe: Probe) -> tuple[str, ...]:
    """Libraries that libpython's own objects need, by the name after -l, without repetition."""
    words = " ".join(probe.config(name) for name in ("MODLIBS", "LIBS", "SYSLIBS")).split()
    names = [word[2:] for word in words if word.startswith("-l")]
    return tuple(dict.fromkeys([*names, "m", "dl", "pthread", "util"]))
