"""Signatures for Windows: checked by osslsigncode and LIEF, of programs that run under wine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import lief
import pytest
from packaging.version import Version

from oxidize.installers.system_tools import OSSLSIGNCODE
from tests import pythons
from tests.distributions.archives import Archive
from tests.distributions.windows import TRIPLE, Windows
from tests.e2e.signing_keys import PASSWORD, Certificates, change, unsigned_library
from tests.e2e.space import Space
from tests.e2e.wine import Wine

SIGNER = """
SIGNER = code_signer_from_pfx_file("keys/code.pfx", secret_from_env("CODE_PASSWORD"))
"""
PROGRAM = """
load("@oxidize//installers.star", "msix_package", "product")

def make():
    dist = PythonDistribution(sha256 = "{sha256}", local_path = "{path}")
    config = dist.make_python_interpreter_config(run_module = "hello")
    exe = dist.to_python_executable(name = "hello", config = config)
    exe.add_python_resources(exe.read_package_root(path = ".", packages = ["hello"]))
    return exe

def both(plain, signed):
    files = plain.to_file_manifest("plain")
    files.add_manifest(signed.to_file_manifest("signed"))
    return files

def more(plain):
    told = {{"publisher": VARS.get("msix"), "summary": "Says hello", "icon": "icon.svg"}}
    files = FileManifest()
    if VARS.get("msix"):
        files.add_installer(msix_package(plain, product("Hello", "1.0", **told)))
    files.add_python_resources("lib", make().pip_install(["markupsafe==3.0.2"]))
    return files

SIGNER.activate() if VARS.get("active") else None
register_target("more", more, depends = ["plain"])
register_target("plain", make)
register_target("signed", lambda: make().sign(SIGNER))
register_target("both", both, depends = ["plain", "signed"])
"""
LIBRARIES = """
OTHER = code_signer_from_pfx_file("keys/other.pfx", secret_from_env("CODE_PASSWORD"))
DECIDED = {"skipped.dll": "prevent_signing", "later.dll": "defer"}

def decide(request):
    print("asked:", request.action, request.path, request.filename)
    return DECIDED.get(request.filename)

def activate():
    SIGNER.chain_issuer_certificates_pem_file("keys/issuer.pem")
    SIGNER.set_signing_callback(decide)
    SIGNER.activate()
    OTHER.activate()

activate()

def files():
    files = FileManifest()
    for name in ["free.dll", "skipped.dll", "later.dll", "vendor.dll", "text.dll"]:
        files.add_file(FileContent("libs/" + name), directory = "in")
    files.add_file(FileContent("libs/text.dll", "readme.txt"))
    files.add_file(FileContent("libs/free.dll", "mine.dll").sign(OTHER))
    return files

register_target("files", files)
"""
ONE = """
def one():
    files = FileManifest()
    files.add_file(FileContent("libs/free.dll").sign(SIGNER))
    return files

register_target("one", one)
"""
KEPT = """
def vendored():
    files = FileManifest()
    files.add_file(FileContent("libs/vendor.dll"))
    return files

def both():
    files = vendored()
    files.add_file(FileContent("libs/vendor.dll").sign(SIGNER), directory = "mine")
    return files

SIGNER.activate()
register_target("both", both)
register_target("vendored", vendored)
"""
INSTALLERS = """
load("@oxidize//installers.star", "msi_installer", "nsis_installer", "product")

def files():
    files = FileManifest()
    files.add_file(FileContent("libs/free.dll", "tool.exe", executable = True))
    return files

def notes(name):
    return product(name, "1.0", publisher = "Example", summary = "Does nothing")

def installers(files):
    made = FileManifest()
    made.add_installer(msi_installer(files, notes("Signed Package")))
    made.add_installer(nsis_installer(files, notes("Signed Setup")))
    return made

SIGNER.activate()
register_target("files", files)
register_target("installers", installers, depends = ["files"], default = True)
"""


@pytest.fixture
def signing(space: Space, certificates: Certificates, windows: tuple[Windows, Archive]) -> Space:
    """A project with keys, and libraries of which a vendor has signed one."""
    shutil.copytree(certificates.folder, space.root / "keys")
    libraries = space.root / "libs"
    libraries.mkdir()
    tool, vendor = pythons.need_tool("osslsigncode"), certificates.pfx("vendor", password="")
    free = libraries / "free.dll"
    unsigned_library(windows[0], free)
    for name in ("skipped", "later"):
        shutil.copy(free, libraries / f"{name}.dll")
    command = (tool, "sign", "-pkcs12", vendor, "-in", free, "-out", libraries / "vendor.dll")
    subprocess.run(command, capture_output=True, check=True)
    (libraries / "text.dll").write_text("no library\n")
    return space


def build(space: Space, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A build, which has to succeed."""
    done = space.oxidize("build", *arguments, env={"CODE_PASSWORD": PASSWORD, **env})
    assert done.returncode == 0, done.stderr
    return done


def osslsigncode(certificates: Certificates, file: Path, *more: str | Path) -> str:
    """What it says of a signature."""
    issuer = ("-CAfile", certificates.folder / "issuer.pem")
    command = [pythons.need_tool("osslsigncode"), "verify", *issuer, *more, "-in", file]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def is_right(certificates: Certificates, file: Path, name: str = "code") -> bool:
    """Whether a file has a right signature of theirs, by that name."""
    said = osslsigncode(certificates, file)
    return f"Subject: /CN=Example {name}\n" in said and said.rstrip().endswith("Succeeded")


def verified(program: Path) -> lief.PE.Signature.VERIFICATION_FLAGS:
    """What another reader says of a signature."""
    found = lief.PE.parse(str(program))
    assert found
    return found.verify_signature()


def test_program(
    space: Space, certificates: Certificates, windows: tuple[Windows, Archive], wine: Wine
) -> None:
    """A signed program runs, with what it carries, and a changed byte anywhere in it shows. An
    active signer signs packages with programs, and libraries of Python packages, likewise."""
    archive = windows[1]
    text = PROGRAM.format(sha256=archive.sha256, path=archive.path)
    space.write("build.star", SIGNER + text)
    space.write("icon.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"/>')
    space.write("hello.py", "import sys\nprint('hello', *sys.argv[1:])\n")
    shutil.copytree(certificates.folder, space.root / "keys")
    # Of the same version, it compiles.
    path = f"{pythons.need('3.11').parent}{os.pathsep}{os.environ['PATH']}"
    build(space, "both", "--target-triple", TRIPLE, PATH=path)
    folder = space.outputs("both")
    plain, program = folder / "plain" / "hello.exe", folder / "signed" / "hello.exe"
    assert verified(plain) == lief.PE.Signature.VERIFICATION_FLAGS.NO_SIGNATURE
    assert verified(program) == lief.PE.Signature.VERIFICATION_FLAGS.OK
    assert is_right(certificates, program)
    ran = wine.run(program, "ö")
    assert (ran.stdout, ran.returncode) == ("hello ö\n", 0)
    assert "hello" in space.oxidize("inspect", "--modules", program).stdout.split()
    changed = folder / "changed.exe"
    for at in (0x400, program.stat().st_size // 2):
        shutil.copy(program, changed)
        change(changed, at)
        assert not is_right(certificates, changed)
    # Older ones know no msix.
    msix = Version(OSSLSIGNCODE.version()) >= Version("2.6")
    var = ("--var", "active=1", *(("--var", "msix=Example code") if msix else ()))
    build(space, "more", "--target-triple", TRIPLE, *var, PATH=path)
    more = {each.suffix: each for each in space.outputs("more").rglob("*.*")}
    for each in (more[".pyd"], *((more[".msix"],) if msix else ())):
        assert is_right(certificates, each)
        change(each, each.stat().st_size // 2)
        assert not is_right(certificates, each)
    if msix:
        options = ("--target-triple", TRIPLE, "--var", "active=1", "--var", "msix=Another")
        done = space.oxidize("build", "more", *options, env={"CODE_PASSWORD": PASSWORD})
        assert (
            "is the package of CN=Another, and the certificate names CN=Example code" in done.stderr
        )


def test_active_signers(signing: Space, certificates: Certificates) -> None:
    """Active signers sign libraries among files, as the function of the first decides; what has a
    signature keeps it, and what is no library stays as it is."""
    certificates.pfx("other")
    shutil.copy(certificates.folder / "other.pfx", signing.root / "keys")
    signing.write("build.star", SIGNER + LIBRARIES)
    done = build(signing, "files")
    asked = re.findall("asked: (.*)", done.stderr)
    files = ("free", "later", "skipped", "text", "vendor")
    assert sorted(asked) == [f"file-manifest-install in/{n}.dll {n}.dll" for n in files]
    made, given = signing.outputs("files"), signing.root / "libs"
    assert is_right(certificates, made / "in/free.dll")
    assert is_right(certificates, made / "in/later.dll", "other")
    assert is_right(certificates, made / "mine.dll", "other")
    for name in ("skipped.dll", "vendor.dll", "text.dll"):
        assert (made / "in" / name).read_bytes() == (given / name).read_bytes()
    assert (made / "readme.txt").read_text() == "no library\n"


def test_vendor_kept(signing: Space, certificates: Certificates) -> None:
    """A vendor's signature stays on a file that is signed explicitly elsewhere in the build."""
    signing.write("build.star", SIGNER + KEPT)
    build(signing, "both", "vendored")
    given = (signing.root / "libs" / "vendor.dll").read_bytes()
    assert is_right(certificates, signing.outputs("both") / "mine" / "vendor.dll")
    for target in ("both", "vendored"):
        assert (signing.outputs(target) / "vendor.dll").read_bytes() == given


def test_signed_again(signing: Space, certificates: Certificates) -> None:
    """Signatures name the time at which the certificate begins, so that the same is the same. A key
    under another password signs nothing again; one with another certificate does."""
    signing.write("build.star", SIGNER + ONE)
    assert "sign free.dll" in build(signing).stderr
    signed = signing.outputs("one") / "free.dll"
    begins = f"{certificates.begins():%b %e %H:%M:%S %Y} GMT"
    assert f"Signing time: {begins}" in osslsigncode(certificates, signed)
    first = signed.read_bytes()
    again = certificates.pack("code", "another", file="again")
    shutil.copy(again, signing.root / "keys" / "code.pfx")
    assert "sign" not in build(signing, CODE_PASSWORD="another").stderr
    assert signed.read_bytes() == first
    shutil.copy(certificates.pfx("renewed"), signing.root / "keys" / "code.pfx")
    assert "sign free.dll" in build(signing).stderr
    assert is_right(certificates, signed, "renewed")


def test_chain(signing: Space, certificates: Certificates) -> None:
    """An issuer's certificate that the key's file gets later is in signatures of the next build."""
    signing.write("build.star", SIGNER + ONE)
    for alone, names in ((True, {"Example code"}), (False, {"Example code", "Example issuer"})):
        shutil.copy(certificates.pack("code", PASSWORD, alone=alone), signing.root / "keys")
        build(signing)
        found = lief.PE.parse(str(signing.outputs("one") / "free.dll"))
        assert found
        (signature,) = found.signatures
        assert {str(each.subject).partition("=")[2] for each in signature.certificates} == names


def test_installers(signing: Space, certificates: Certificates, wine: Wine) -> None:
    """An active signer signs installers and what they install, and signed ones install that. A
    changed byte in any shows."""
    signing.write("build.star", SIGNER + INSTALLERS)
    build(signing, "--target-triple", TRIPLE)
    made = {each.suffix: each for each in signing.outputs("installers").iterdir()}
    assert sorted(made) == [".exe", ".msi"]
    wine.run(Path("msiexec"), "/i", str(made[".msi"]), "/qn")
    wine.run(made[".exe"], "/S")
    for name in ("Signed Package", "Signed Setup"):
        (installed,) = wine.drive.glob(f"Program Files*/{name}/tool.exe")
        assert is_right(certificates, installed)
    for each in made.values():
        assert is_right(certificates, each)
        change(each, each.stat().st_size // 2)
        assert not is_right(certificates, each)


def test_expired(signing: Space, certificates: Certificates) -> None:
    """An expired certificate signs, with a warning whenever that is used."""
    shutil.copy(certificates.expired(), signing.root / "keys" / "code.pfx")
    signing.write("build.star", SIGNER + ONE)
    for _ in range(2):
        assert 'the key of "Example expired" expired on 2020-01-31' in build(signing).stderr
    signed = signing.outputs("one") / "free.dll"
    assert "Subject: /CN=Example expired\n" in osslsigncode(certificates, signed)


def test_time_stamp(signing: Space, certificates: Certificates) -> None:
    """A server confirms when a signature was made."""
    certificates.certify("stamps", "stamps")
    with stamping(certificates) as port:
        server = f'SIGNER.set_time_stamp_server("http://127.0.0.1:{port}")\n'
        signing.write("build.star", SIGNER + server + ONE)
        build(signing)
    issuer = ("-TSA-CAfile", certificates.folder / "issuer.pem")
    said = osslsigncode(certificates, signing.outputs("one") / "free.dll", *issuer)
    assert "Timestamp Server Signature verification: ok" in said
    assert said.rstrip().endswith("Succeeded")


def test_no_time_stamp(signing: Space) -> None:
    """A server for time stamps that can't be reached is an error that names it, and the call which
    names it."""
    server = 'SIGNER.set_time_stamp_server("http://127.0.0.1:9/ts")\n'
    text = SIGNER + server + ONE
    signing.write("build.star", text)
    done = signing.oxidize("build", env={"CODE_PASSWORD": PASSWORD})
    assert done.returncode == 1
    said = "error[OX1168]: free.dll can't be signed: http://127.0.0.1:9/ts confirms no time"
    assert said in done.stderr
    line = text[: text.index(server)].count("\n") + 1
    assert f"the server is named in build.star, line {line}\n" in done.stderr
    assert PASSWORD not in done.stderr


@contextmanager
def stamping(certificates: Certificates) -> Iterator[int]:
    """The port of a server on loopback that confirms times (RFC 3161), by OpenSSL."""

    class Stamping(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            answer = certificates.stamp(query)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *arguments: object) -> None:
            """Tests don't tell of requests."""

    with HTTPServer(("127.0.0.1", 0), Stamping) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_port
        server.shutdown()
