"""Debian's package manager in a folder of its own: nothing of the system's is touched."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from attrs import frozen

from tests import pythons

_SOURCE = """Types: {types}
URIs: {uri}
Suites: {suites}
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""
_SETTINGS = """APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Sandbox::User "root";
Acquire::Languages "none";
Dir::State "{root}/state";
Dir::State::Lists "{root}/lists";
Dir::State::Status "{root}/status";
Dir::Cache "{root}/cache";
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "{root}/sources";
"""


@frozen
class Apt:
    """Lists, and what was downloaded; apt checks signatures."""

    folder: Path

    @classmethod
    def made(cls, folder: Path, architecture: str, types: str, suites: str) -> Apt:
        """With the lists of those suites ("bookworm trixie"), of packages of those types ("deb").

        Skips the test where there is no mirror.
        """
        apt, uri = cls(folder), _mirror()
        for name in ("lists/partial", "cache/archives/partial", "state", "sources"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        apt.downloads.mkdir(exist_ok=True)
        (folder / "status").touch()
        source = _SOURCE.format(types=types, uri=uri, suites=suites)
        (folder / "sources" / "debian.sources").write_text(source)
        settings = _SETTINGS.format(root=folder, architecture=architecture)
        (folder / "apt.conf").write_text(settings)
        if not apt.run("update"):
            pythons.missing(f"a mirror that has {suites} for {architecture}")
        return apt

    @property
    def downloads(self) -> Path:
        """The folder where commands run."""
        return self.folder / "downloads"

    def run(self, *words: str) -> bool:
        """Runs apt-get; whether it went well."""
        env = {**os.environ, "APT_CONFIG": str(self.folder / "apt.conf")}
        argv = [pythons.need_tool("apt-get"), "-qq", *words]
        return subprocess.run(argv, cwd=self.downloads, env=env, check=False).returncode == 0


def _mirror() -> str:
    """Where this machine's own packages come from."""
    for file in sorted(Path("/etc/apt").rglob("*.sources")):
        if found := re.search(r"^URIs: *(\S+)", file.read_text(), re.MULTILINE):
            return found[1]
    pythons.missing("a Debian mirror")
    raise AssertionError
