"""Signers that can't sign: found when the build file is read, at the call, without any password."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.signing_keys import PASSWORD, Certificates, Gpg
from tests.e2e.space import Space

LOAD = 'load("@oxidize//installers.star", "deb_package", "product")\n'
CODE = 'SIGNER = code_signer_from_pfx_file("code.pfx", secret_from_file("password"))\n'
GPG = 'SIGNER = code_signer_from_gpg_key_file("key.asc", secret_from_file("password"))\n'
PRODUCT = 'product("Notes", "1", publisher = "E", summary = "N", contact = "E <e@example.org>")'
PROGRAM = """
def make():
    return default_python_distribution().to_python_executable(name = "app").sign(SIGNER)

register_target("files", make)
"""
LIBRARY = """
def files():
    files = FileManifest()
    files.add_file(FileContent(filename = "free.dll", content = ""))
    return files

register_target("files", files)
"""
CASES = {
    "password": (
        'code_signer_from_pfx_file("code.pfx", Secret("guessed"))',
        'error[OX1161]: the password doesn\'t open "code.pfx"',
    ),
    "no-password": (
        'code_signer_from_pfx_file("code.pfx")',
        'error[OX1161]: the password doesn\'t open "code.pfx"',
    ),
    "purpose": (
        'code_signer_from_pfx_file("mail.pfx", secret_from_file("password"))',
        'error[OX1162]: the certificate of "Example mail" isn\'t for signing code',
    ),
    "public-key": (
        'code_signer_from_gpg_key_file("public.asc")',
        'error[OX1160]: no key can be read from "public.asc": it has no secret key',
    ),
    "issuers": (
        CODE + 'SIGNER.chain_issuer_certificates_pem_file("password")',
        'error[OX1160]: no certificate can be read from "password": it has no certificates in PEM',
    ),
    "time-stamps": (
        CODE + 'SIGNER.set_time_stamp_server("example.org")',
        'error[OX1168]: "example.org" is no URL of a server',
    ),
    "time-stamps-host": (
        CODE + 'SIGNER.set_time_stamp_server("http://[::1")',
        'error[OX1168]: "http://[::1" is no URL of a server',
    ),
    "time-stamps-port": (
        CODE + 'SIGNER.set_time_stamp_server("http://example.org:65536")',
        'error[OX1168]: "http://example.org:65536" is no URL of a server',
    ),
    "time-stamps-line": (
        CODE + 'SIGNER.set_time_stamp_server("http://example.org\\n")',
        'error[OX1168]: "http://example.org\\n" is no URL of a server',
    ),
    "time-stamps-user": (
        CODE + 'SIGNER.set_time_stamp_server("http://me:it@example.org")',
        "error[OX1168]: the URL has a user's name or a password",
    ),
    "time-stamps-openpgp": (
        GPG + 'SIGNER.set_time_stamp_server("http://example.org")',
        "error[OX1163]: set_time_stamp_server() is for signers with a certificate",
    ),
    "program-for-linux": (
        CODE + PROGRAM,
        'error[OX1163]: the program "app" is for Linux, where packages are signed',
    ),
    "file": (
        CODE + 'FileContent("password").sign(SIGNER)',
        'error[OX1163]: nothing checks signatures of a file such as "password"',
    ),
    "library-with-openpgp": (
        GPG + 'FileContent("password", "free.dll").sign(SIGNER)',
        'error[OX1163]: a key of OpenPGP can\'t sign "free.dll"',
    ),
    "deb-with-certificate": (
        LOAD + CODE + f"deb_package(FileManifest(), {PRODUCT}).sign(SIGNER)",
        'error[OX1163]: a certificate can\'t sign "notes_1-1_amd64.deb"',
    ),
    "library-with-package-certificate": (
        CODE.replace("code.pfx", "packages.pfx")
        + 'FileContent("password", "free.dll").sign(SIGNER)',
        'error[OX1163]: the certificate is for packages of macOS, and can\'t sign "free.dll"',
    ),
    "archive": (
        CODE + 'FileManifest().to_installer("zip", "notes").sign(SIGNER)',
        "error[OX1163]: an installer such as ",
    ),
    "activated-by-target": (
        CODE + 'register_target("files", lambda: SIGNER.activate())',
        "error[OX1166]: the function of a target activates a signer",
    ),
    "decided": (
        CODE + LIBRARY + 'SIGNER.set_signing_callback(lambda it: "never")\nSIGNER.activate()',
        'error[OX1167]: the function of a signer returns "never" for free.dll',
    ),
    "decided-otherwise": (
        CODE + LIBRARY + "SIGNER.set_signing_callback(lambda it: False)\nSIGNER.activate()",
        "error[OX1167]: the function of a signer returns a value of type bool for free.dll",
    ),
    "declares": (
        CODE + LIBRARY + "SIGNER.set_signing_callback(lambda it: glob([])) or SIGNER.activate()",
        "error[OX0227]: glob() can't be called by a function that decides on something",
    ),
}


@pytest.fixture
def keys(space: Space, certificates: Certificates, gpg: Gpg) -> Space:
    """A project with files that keys are in."""
    for name, use in (("code", "code"), ("mail", "mail"), ("packages", "packages")):
        path = certificates.folder / f"{name}.pfx"
        shutil.copy(path if path.exists() else certificates.pfx(name, use), space.root)
    for name in ("key", "public"):
        shutil.copy(gpg.folder / f"{name}.asc", space.root)
    space.write("password", PASSWORD)
    return space


@pytest.mark.parametrize("case", CASES)
def test_refused(keys: Space, case: str) -> None:
    """Nothing is built, and the error shows the call."""
    text, expected = CASES[case]
    keys.write("build.star", text + '\nregister_target("none", FileManifest)\n')
    done = keys.oxidize("build", "none", *(["files"] if '"files"' in text else []))
    assert expected in done.stderr
    assert " --> build.star:" in done.stderr
    assert done.returncode == 2
    assert PASSWORD not in done.stderr
    assert "guessed" not in done.stderr.replace('Secret("guessed")', "")


def test_missing_tool(keys: Space, tmp_path: Path) -> None:
    """Without the program that signs, the error tells what installs it."""
    keys.write("build.star", CODE + 'FileContent("password", "free.dll").sign(SIGNER)')
    (tmp_path / "bin").mkdir()
    done = keys.oxidize("build", env={"PATH": str(tmp_path / "bin")})
    assert "error[OX1121]: osslsigncode isn't installed" in done.stderr
    assert " --> build.star:2:" in done.stderr
