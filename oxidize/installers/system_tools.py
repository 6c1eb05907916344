"""Programs of the system that installers are made with: how they are found, and how installed."""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen

_VERSION = re.compile(r"\d+(\.\d+)+")
# A program says its version at once; one that hangs isn't to hang a build.
_PATIENCE = 30
_INSTALL = {
    "apt-get": "apt install",
    "dnf": "dnf install",
    "apk": "apk add",
    "brew": "brew install",
}


class MissingTool(Exception):
    """The message says which program isn't there; `help`, how it is installed."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


@frozen
class SystemTool:
    """A program of the system, by its command; `packages` have it: package manager -> package."""

    name: str
    licence: str
    about: str
    asked: tuple[str, ...] = ("--version",)
    """What makes it tell its version: arguments, or the name of a sibling that does, and these."""
    packages: Mapping[str, str] = field(factory=dict, eq=False, hash=False)

    def find(self) -> Path:
        """Where it is. Raises MissingTool."""
        from shutil import which

        found = which(self.name)
        if found is None:
            message = f"{self.name} isn't installed, which makes {self.about}"
            raise MissingTool(message, self.install_hint())
        return Path(found)

    def version(self) -> str:
        """What it says of itself. Raises MissingTool, also for a program that doesn't start."""
        return _version(self.find(), self)

    def install_hint(self) -> str:
        """The command that installs it on this system; if none is known, what has it."""
        from shutil import which

        for manager, package in self.packages.items():
            if which(manager):
                return f"{'' if manager == 'brew' else 'sudo '}{_INSTALL[manager]} {package}"
        known = ", ".join(f"{_INSTALL[m]} {p}" for m, p in self.packages.items())
        return f"install it, and have it on PATH: {known}"


@functools.cache
def _version(program: Path, tool: SystemTool) -> str:
    import subprocess

    try:
        said = subprocess.run(
            _question(program, tool.asked),
            env=bare_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingTool(f"{program} doesn't run: {error}", tool.install_hint()) from error
    # Some say it on stderr, and some with an exit code that isn't 0.
    text = (said.stdout + said.stderr).decode("utf-8", "replace")
    if not (match := _VERSION.search(text)):
        message = f"{program} doesn't say which version it is"
        raise MissingTool(message, tool.install_hint())
    return match[0]


def bare_environment() -> dict[str, str]:
    """What programs start with, and no more of the user's: that may be a password."""
    known = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in known if name in os.environ}


def _question(program: Path, asked: tuple[str, ...]) -> list[str]:
    sibling = not asked[0].startswith("-")
    return [str(program.with_name(asked[0])), *asked[1:]] if sibling else [str(program), *asked]


def _packaged(deb: str, rpm: str = "", brew: str = "", apk: str = "") -> Mapping[str, str]:
    every = {"apt-get": deb, "dnf": rpm, "apk": apk, "brew": brew}
    wanted = ("brew",) if sys.platform == "darwin" else tuple(every)
    return {manager: every[manager] for manager in wanted if every[manager]}


WIXL = SystemTool(
    "wixl",
    "LGPL-2.1-or-later",
    "packages for Windows Installer",
    packages=_packaged("wixl", "msitools", "msitools", "msitools"),
)
MSIBUILD = SystemTool(
    "msibuild",
    "LGPL-2.1-or-later",
    "tables in packages for Windows Installer",
    ("msiinfo", "--version"),
    packages=_packaged("msitools", "msitools", "msitools", "msitools"),
)
MAKENSIS = SystemTool(
    "makensis",
    "Zlib",
    "setup programs for Windows",
    ("-VERSION",),
    packages=_packaged("nsis", "mingw-nsis-base", "makensis", "nsis"),
)
OSSLSIGNCODE = SystemTool(
    "osslsigncode",
    "GPL-3.0-or-later",
    "signatures for Windows",
    packages=_packaged("osslsigncode", "osslsigncode", "osslsigncode", "osslsigncode"),
)
MKSQUASHFS = SystemTool(
    "mksquashfs",
    "GPL-2.0-or-later",
    "file systems of AppImages and snaps",
    ("-version",),
    packages=_packaged("squashfs-tools", "squashfs-tools", "squashfs", "squashfs-tools"),
)
FLATPAK = SystemTool(
    "flatpak",
    "LGPL-2.1-or-later",
    "flatpaks",
    packages=_packaged("flatpak", "flatpak", apk="flatpak"),
)
XORRISO = SystemTool(
    "xorriso",
    "GPL-3.0-or-later",
    "disk images for macOS",
    packages=_packaged("xorriso", "xorriso", "xorriso", "xorriso"),
)
GPG = SystemTool(
    "gpg",
    "GPL-3.0-or-later",
    "signatures of Linux packages",
    packages=_packaged("gpg", "gnupg2", "gnupg", "gnupg"),
)
SYSTEM_TOOLS = (WIXL, MSIBUILD, MAKENSIS, OSSLSIGNCODE, MKSQUASHFS, FLATPAK, XORRISO, GPG)
