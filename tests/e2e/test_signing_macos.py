"""Signatures for macOS: checked by apple-platform-py and LIEF, since there is no macOS here."""

from __future__ import annotations

import plistlib
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.binary.macho import code_directory
from tests.distributions.archives import Archive
from tests.e2e.macos_programs import project
from tests.e2e.signing_keys import PASSWORD, Certificates, change
from tests.e2e.space import Space
from tests.installers.apple import Apple

BUILD = """
load("@oxidize//installers.star", "app_bundle", "menu_entry", "pkg_installer", "product")

SIGNER = code_signer_from_pfx_file("keys/code.pfx", secret_from_file("password"))
PACKAGES = code_signer_from_pfx_file("keys/packages.pfx", secret_from_file("password"))
SIGNER.set_macos_options(entitlements = "may.plist")

def notes():
    told = {"publisher": "Example", "summary": "Notes", "menu": menu_entry()}
    return product("Field Notes", "1.2.0", **told)

def asked(request):
    print("asked:", request.action, request.path)

def active():
    SIGNER.set_signing_callback(asked)
    SIGNER.activate()
    PACKAGES.set_signing_callback(asked)
    PACKAGES.activate()

active() if VARS.get("active") else None

"""
TARGETS = """
register_target("app", lambda app: app_bundle(app, notes()).sign(SIGNER), depends = ["aarch64"])
register_target("pkg", lambda app: pkg_installer(app, notes()), depends = ["aarch64"])
"""
MAY = {"com.apple.security.cs.disable-library-validation": True}
RUNTIME = 0x10000


@pytest.fixture(scope="module")
def signing(
    tmp_path_factory: pytest.TempPathFactory,
    shared_cache: Path,
    panda: Mapping[str, Archive],
    certificates: Certificates,
) -> Iterator[Space]:
    """A real program, and a key."""
    space = Space(tmp_path_factory.mktemp("signed"), shared_cache)
    one = {triple: panda[triple] for triple in ("aarch64-apple-darwin",)}
    project(space, one, "markupsafe==3.0.3")
    text = (space.root / "build.star").read_text()
    space.write("build.star", BUILD + text + TARGETS)
    space.write("password", PASSWORD)
    (space.root / "may.plist").write_bytes(plistlib.dumps(MAY))
    certificates.pfx("packages", "packages")
    shutil.copytree(certificates.folder, space.root / "keys")
    yield space
    shutil.rmtree(space.root)


def test_application(signing: Space, apple: Apple, tmp_path: Path) -> None:
    """A signed application has a hardened runtime, what it may do and who signed it, and a changed
    byte in its program shows."""
    signing.build("app")
    program = signing.outputs("app") / "Field Notes.app" / "Contents" / "MacOS" / "app"
    assert apple.says("verify_macho", program) == []
    told = str(apple.says("read_signature", program))
    assert "CN=Example code" in told
    assert "disable-library-validation" in told
    assert code_directory(program.read_bytes())["flags"] & RUNTIME
    changed = tmp_path / "changed"
    shutil.copy(program, changed)
    change(changed, 0x8000)
    assert any("digest" in each["description"] for each in apple.says("verify_macho", changed))


def test_package(signing: Space, apple: Apple, certificates: Certificates) -> None:
    """Active signers sign the program, the application and the package that installs it, which is
    signed by who has a certificate for that. Each is asked about once; signatures name the time at
    which the certificate begins."""
    done = signing.build("pkg", "aarch64", "--var", "active=1")
    asked = [line for line in done.stderr.splitlines() if line.startswith("asked:")]
    assert sorted(asked) == [
        "asked: macos-application-bundle-creation Field Notes.app",
        "asked: macos-package-creation field-notes-1.2.0-arm64.pkg",
        "asked: python-executable-creation app",
    ]
    (package,) = signing.outputs("pkg").iterdir()
    told = str(apple.says("read_signature", package))
    assert "'subject': 'CN=Example packages'" in told, told
    begins = certificates.begins().strftime("%Y-%m-%dT%H:%M:%SZ")
    program = signing.outputs("aarch64") / "app"
    assert f"'signing_time': '{begins}'" in str(apple.says("read_signature", program))
    assert apple.says("verify_macho", program) == []
    assert code_directory(program.read_bytes())["identifier"] == "app"
    assert code_directory(program.read_bytes())["flags"] & RUNTIME
