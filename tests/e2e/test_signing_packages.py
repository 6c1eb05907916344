"""Signatures of packages of Linux: checked by the programs of the systems."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests import pythons
from tests.e2e.signing_keys import PASSWORD, Gpg, change
from tests.e2e.space import Space

BUILD = """
load("@oxidize//installers.star", "deb_package", "product", "rpm_package")

def notes():
    return product(
        "Field Notes",
        "1.2.0",
        publisher = "Example",
        summary = "Takes notes",
        contact = "Example Team <team@example.org>",
    )

def text():
    files = FileManifest()
    files.add_file(FileContent(filename = "notes.txt", content = "notes\\n"))
    return files

SIGNER = code_signer_from_gpg_key_file("key $ö.asc", secret_from_file("password"))
register_target("text", text)
register_target("deb", lambda text: deb_package(text, notes()).sign(SIGNER), depends = ["text"])
register_target("rpm", lambda text: rpm_package(text, notes()), depends = ["text"])
SIGNER.activate()
"""


@pytest.fixture
def signing(space: Space, gpg: Gpg) -> Space:
    """A project with a key."""
    space.write("build.star", BUILD)
    space.write("password", f"{PASSWORD}\n")
    shutil.copy(gpg.folder / "key.asc", space.root / "key $ö.asc")
    return space


def says(*command: str | Path, cwd: Path | None = None) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=cwd).stdout


def test_rpm(signing: Space, gpg: Gpg, tmp_path: Path) -> None:
    """rpm finds a signature of the key right, and that of a changed package wrong; it installs
    the signed one."""
    signing.build("rpm")
    package = signing.outputs("rpm") / "field-notes-1.2.0-1.x86_64.rpm"
    root = tmp_path / "root"
    root.mkdir()
    rpm = (pythons.need_tool("rpm"), "--root", root)
    says(*rpm, "--initdb")
    says(*rpm, "--import", gpg.folder / "public.asc")
    assert "RSA/SHA256 Signature, key ID" in says(*rpm, "-Kv", package)
    assert says(*rpm, "-K", package).rstrip().endswith("digests signatures OK")
    says(*rpm, "--install", "--nodeps", package)
    assert (root / "usr/lib/field-notes/notes.txt").read_text() == "notes\n"
    changed = tmp_path / "changed.rpm"
    shutil.copy(package, changed)
    change(changed, package.stat().st_size - 10)
    done = subprocess.run([*rpm, "-K", changed], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "NOT OK" in done.stdout


def test_deb(signing: Space, gpg: Gpg, tmp_path: Path) -> None:
    """A deb carries a signature of its other members, as debsig-verify looks for it."""
    signing.build("deb")
    package = signing.outputs("deb") / "field-notes_1.2.0-1_amd64.deb"
    ar = pythons.need_tool("ar")
    members = says(ar, "t", package).split()
    assert members == ["debian-binary", "control.tar.gz", "data.tar.gz", "_gpgorigin"]
    says(ar, "x", package, cwd=tmp_path)
    signed = tmp_path / "signed"
    signed.write_bytes(b"".join((tmp_path / each).read_bytes() for each in members[:-1]))
    assert "[GNUPG:] VALIDSIG" in gpg.says("--verify", tmp_path / "_gpgorigin", signed)
    change(signed, 100)
    with pytest.raises(subprocess.CalledProcessError) as caught:
        gpg.says("--verify", tmp_path / "_gpgorigin", signed)
    assert "[GNUPG:] BADSIG" in caught.value.stdout
    assert "notes.txt" in says("dpkg-deb", "--contents", package)


@pytest.mark.parametrize(
    ("password", "said"),
    [("neverwas\n", "the password doesn't open"), ("\n", "no password is given for")],
    ids=["wrong", "none"],
)
def test_wrong_password(signing: Space, password: str, said: str) -> None:
    """A password that doesn't open the key, or none, is an error that names the key's file, and
    doesn't show what it tried."""
    signing.write("password", password)
    signing.write("build.star", BUILD.replace("1.2.0", "1.2.1"))  # nothing of it is there
    done = signing.oxidize("build", "deb")
    assert done.returncode == 1
    assert f"error[OX1161]: {said} the signing key {signing.root}/key $ö.asc" in done.stderr
    assert "it is to sign field-notes_1.2.1-1_amd64.deb" in done.stderr
    assert "build.star:20:" in done.stderr
    assert "neverwas" not in done.stderr + done.stdout
