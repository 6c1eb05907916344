"""Certificates that tests make, and a server that has one."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer
from threading import Thread

from attrs import frozen

from tests import pythons

_EXTENSIONS = """
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
subjectAltName = DNS:localhost
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


@frozen
class Authority:
    """A certificate authority in a folder; `root` is its certificate."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Authority:
        """Makes it, and what it signs for a server on localhost."""
        folder.mkdir()
        (folder / "extensions").write_text(_EXTENSIONS)
        made = cls(folder)
        made._certify("authority")
        made._certify("server", "-CA", "authority.pem", "-CAkey", "authority.key")
        return made

    def _certify(self, name: str, *signer: str) -> None:
        new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
        out = ("-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN=oxidize {name}")
        options = ("-config", "extensions", "-extensions", name)
        self._openssl("req", "-x509", *new, *out, *options, *signer)

    def _openssl(self, *arguments: str) -> str:
        command = [pythons.need_tool("openssl"), *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout

    @property
    def root(self) -> bytes:
        return (self.folder / "authority.pem").read_bytes()

    def hashed_name(self) -> str:
        """The name by which OpenSSL finds the root in a folder."""
        return self._openssl("x509", "-in", "authority.pem", "-noout", "-hash").strip() + ".0"

    @contextmanager
    def serving(self) -> Iterator[int]:
        """The port of a server on loopback that shows its certificate and says hello."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")

        class Hello(BaseRequestHandler):
            def handle(self) -> None:
                try:
                    with context.wrap_socket(self.request, server_side=True) as secured:
                        secured.sendall(b"hello")
                except ssl.SSLError:
                    pass  # the client doesn't trust it

        with TCPServer(("127.0.0.1", 0), Hello) as server:
            Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            yield server.server_address[1]
            server.shutdown()
