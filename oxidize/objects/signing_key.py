"""Signing keys: what is private of them stays out of keys of actions, and is read when it is used.

What stands for a key is its certificate, or its fingerprint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen

from oxidize.graph.action import Value
from oxidize.installers.openpgp import SigningKey
from oxidize.installers.openpgp import read_secret_key as read_openpgp
from oxidize.installers.pkcs12 import KeyProblem, SigningCertificate, read_pkcs12
from oxidize.installers.system_tools import GPG, MissingTool
from oxidize.lookup import read
from oxidize.objects.problem import refuse


@frozen
class KeyFile:
    """A file with a key, and what opens it; `digest` is of the file."""

    path: Path
    digest: str
    password: str = field(repr=False)

    def private(self) -> Mapping[str, Value]:
        """What an action gets to know of it: none of that is in its key."""
        return {"path": str(self.path), "digest": self.digest, "password": self.password}


@frozen
class CertifiedKey:
    """For what Windows and macOS run and install."""

    file: KeyFile
    certificate: SigningCertificate

    def params(self) -> Mapping[str, Value]:
        """What stands for it in keys of actions."""
        told = self.certificate
        return {
            "certificate": told.fingerprint,
            "chain": told.issuers,
            "subject": told.subject,
            "signer": told.name,
            "begins": told.begins,
            "ends": told.ends,
        }


@frozen
class OpenpgpKey:
    """For packages of Linux."""

    file: KeyFile
    key: SigningKey

    def params(self) -> Mapping[str, Value]:
        """What stands for it in keys of actions."""
        told = self.key
        return {"fingerprints": told.fingerprints, "signer": told.name, "ends": told.ends}


def certified_key(path: Path, shown: str, password: str) -> CertifiedKey:
    """The key of a PKCS #12 file. Refuses one that doesn't open, or isn't for code."""
    data = _read(path, shown)
    try:
        certificate = read_pkcs12(data, password)
    except KeyProblem as problem:
        if problem.wrong_password:
            refuse("OX1161", f'the password doesn\'t open "{shown}"', argument="password")
        refuse("OX1160", f'no key can be read from "{shown}": {problem}', argument="path")
    if not certificate.signs_code and not certificate.signs_packages:
        refuse(
            "OX1162",
            f'the certificate of "{certificate.name}" isn\'t for signing code',
            argument="path",
            help="its extended key usage has to have codeSigning (1.3.6.1.5.5.7.3.3)",
        )
    return CertifiedKey(_file(path, data, password), certificate)


def openpgp_key(path: Path, shown: str, password: str) -> OpenpgpKey:
    """The key of a file that gpg exported. Refuses one that can't sign; whether the password is
    right is known once it is used."""
    data = _read(path, shown)
    try:
        key = read_openpgp(GPG.find(), path)
    except MissingTool as problem:
        refuse("OX1121", str(problem), argument="path", help=problem.help)
    except KeyProblem as problem:
        refuse(
            "OX1160",
            f'no key can be read from "{shown}": {problem}',
            argument="path",
            help="gpg --export-secret-keys NAME writes such a file",
        )
    return OpenpgpKey(_file(path, data, password), key)


def _file(path: Path, data: bytes, password: str) -> KeyFile:
    return KeyFile(path, hashlib.sha256(data).hexdigest(), password)


def _read(path: Path, shown: str) -> bytes:
    try:
        return read(path)
    except OSError as error:
        refuse("OX1160", f'"{shown}" can\'t be read: {error.strerror}', argument="path")
