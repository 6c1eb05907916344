"""Keys that tests sign with: made for a test, in a folder that goes with it."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

from tests import pythons
from tests.distributions.windows import Windows

PASSWORD = "sesame, öffne $dich"
_USES = """
[req]
distinguished_name = name
[name]
[issuer]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[code]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = codeSigning
[mail]
extendedKeyUsage = emailProtection
[packages]
extendedKeyUsage = critical, 1.2.840.113635.100.4.13
[stamps]
extendedKeyUsage = critical, timeStamping
[server]
serial = serial
signer_cert = stamps.pem
signer_key = stamps.key
certs = issuer.pem
signer_digest = sha256
digests = sha256, sha384, sha512
default_policy = 1.2.3.4
"""


@frozen
class Certificates:
    """An issuer, whose certificate is `issuer.pem`, in a folder with what it certifies."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> Certificates:
        """With `code.pfx`, which PASSWORD opens."""
        folder.mkdir()
        (folder / "uses").write_text(_USES)
        found = cls(folder)
        found._request("issuer", "issuer")
        found.pfx("code")
        return found

    def pfx(self, name: str, use: str = "code", password: str = PASSWORD) -> Path:
        """A new key, with its certificate and that of the issuer."""
        self.certify(name, use)
        return self.pack(name, password)

    def pack(self, name: str, password: str, file: str = "", *, alone: bool = False) -> Path:
        """A file with a key that is there; `alone`: without the issuer's certificate."""
        path = self.folder / f"{file or name}.pfx"
        self._openssl(
            *("pkcs12", "-export", "-inkey", f"{name}.key", "-in", f"{name}.pem"),
            *(() if alone else ("-certfile", "issuer.pem")),
            *("-out", path.name, "-passout", f"pass:{password}"),
        )
        return path

    def certify(self, name: str, use: str) -> None:
        """A new key `name.key`, and `name.pem`, its certificate."""
        self._request(name, use, "-CA", "issuer.pem", "-CAkey", "issuer.key")

    def expired(self) -> Path:
        """A key whose certificate, its own issuer, held in January 2020."""
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example expired")])
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2020, 1, 31, tzinfo=UTC))
            .sign(key, SHA256())
        )
        form = BestAvailableEncryption(PASSWORD.encode())
        path = self.folder / "expired.pfx"
        path.write_bytes(serialize_key_and_certificates(None, key, certificate, None, form))
        return path

    def stamp(self, query: bytes) -> bytes:
        """What a server answers that confirms times, by the key `stamps`."""
        (self.folder / "query").write_bytes(query)
        options = ("-config", "uses", "-section", "server", "-queryfile", "query")
        return self._openssl("ts", "-reply", *options)

    def begins(self) -> datetime:
        """When the certificate of `code` begins to hold."""
        told = self._openssl("x509", "-in", "code.pem", "-noout", "-startdate").decode()
        return datetime.strptime(told.strip(), "notBefore=%b %d %H:%M:%S %Y GMT")

    def _openssl(self, *arguments: str) -> bytes:
        command = [pythons.need_tool("openssl"), *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, check=True).stdout

    def _request(self, name: str, use: str, *issuer: str) -> None:
        new = ("-newkey", "rsa:2048", "-nodes", "-days", "2")
        out = ("-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN=Example {name}")
        options = ("-config", "uses", "-extensions", use)
        self._openssl("req", "-x509", *new, *out, *options, *issuer)


@frozen
class Gpg:
    """A home of GnuPG with one key: `key.asc` has all of it, `public.asc` what is public."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> Gpg:
        """A new one, which PASSWORD opens."""
        (folder / "home").mkdir(parents=True, mode=0o700)
        found = cls(folder)
        found.says("--quick-gen-key", "Example <team@example.org>", "rsa2048", "sign", "2d")
        found.says("--armor", "--output", folder / "key.asc", "--export-secret-keys")
        found.says("--armor", "--output", folder / "public.asc", "--export")
        command = (pythons.need_tool("gpgconf"), "--homedir", folder / "home", "--kill", "all")
        subprocess.run(command, check=True)
        return found

    def says(self, *arguments: str | Path) -> str:
        """What it tells of its state; it fails where gpg does."""
        options = ("--batch", "--pinentry-mode", "loopback", "--passphrase", PASSWORD)
        home = ("--homedir", self.folder / "home", "--status-fd", "1")
        command = [pythons.need_tool("gpg"), *home, *options, *arguments]
        done = subprocess.run(command, capture_output=True, encoding="latin-1", check=True)
        return done.stdout


def unsigned_library(windows: Windows, path: Path) -> None:
    """Writes a library for Windows that nobody has signed."""
    library = windows.root / "deploy_libs" / "_queue.pyd"
    command = (pythons.need_tool("osslsigncode"), "remove-signature", library, path)
    subprocess.run(command, capture_output=True, check=True)


def change(path: Path, at: int) -> None:
    """Flips one bit of one byte."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
