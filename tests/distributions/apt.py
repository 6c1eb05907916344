"""A private apt: packages of other machines and sources, without a change to the system's own.

Lists and packages lie in a folder of its own; apt checks their signatures.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from attrs import frozen

from tests import pythons

_SOURCE = """Types: deb deb-src
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
    """That of some suites of Debian ("bookworm trixie") for one architecture."""

    root: Path
    architecture: str

    @classmethod
    def made(cls, root: Path, architecture: str = "amd64", suites: str = "bookworm") -> Apt:
        """With the lists of this machine's own mirror."""
        for name in ("lists/partial", "cache/archives/partial", "state", "sources", "got"):
            (root / name).mkdir(parents=True, exist_ok=True)
        (root / "status").touch()
        source = _SOURCE.format(uri=_mirror(), suites=suites)
        (root / "sources" / "debian.sources").write_text(source)
        text = _SETTINGS.format(root=root, architecture=architecture)
        (root / "apt.conf").write_text(text)
        apt = cls(root, architecture)
        apt.run("update")
        return apt

    @property
    def downloads(self) -> Path:
        """The folder that has what was downloaded."""
        return self.root / "got"

    def packages(self, *names: str) -> list[Path]:
        """Downloads binary packages."""
        self.run("download", *(f"{each}:{self.architecture}" for each in names))
        return sorted(self.downloads.glob("*.deb"))

    def source(self, name: str) -> Path:
        """Downloads a package's original source: "xz-utils", or "xz-utils/trixie"."""
        self.run("source", "--download-only", "--tar-only", name)
        package = name.partition("/")[0]
        return next(self.downloads.glob(f"{package}_*.orig.tar.*"))

    def run(self, *words: str) -> None:
        """Runs apt-get; the test doesn't go on where it fails."""
        env = {**os.environ, "APT_CONFIG": str(self.root / "apt.conf")}
        command = [pythons.need_tool("apt-get"), "-qq", *words]
        if subprocess.run(command, cwd=self.downloads, env=env, check=False).returncode:
            pythons.missing(f"a mirror that has Debian for {self.architecture}")


def _mirror() -> str:
    """Where this machine's own packages come from."""
    for file in sorted(Path("/etc/apt").rglob("*.sources")):
        if found := re.search(r"^URIs: *(\S+)", file.read_text(), re.MULTILINE):
            return found[1]
    pythons.missing("a Debian mirror")
    raise AssertionError
