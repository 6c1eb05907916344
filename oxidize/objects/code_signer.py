"""CodeSigner: who signs programs and installers, and how."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from attrs import define, field

from oxidize.graph.action import SourceFile, Value
from oxidize.installers.pkcs12 import KeyProblem, certificates
from oxidize.lookup import read
from oxidize.objects.base import ScriptObject
from oxidize.objects.callback import Callback, Calls, no_calls
from oxidize.objects.context import Handle
from oxidize.objects.input_paths import existing_file
from oxidize.objects.member import exposed
from oxidize.objects.problem import refuse
from oxidize.objects.signing_key import CertifiedKey, OpenpgpKey

_Key = TypeVar("_Key", CertifiedKey, OpenpgpKey)


@define(eq=False, kw_only=True)
class CodeSigner(ScriptObject):
    """Who signs. One that has a certificate signs what Windows and macOS run and install; one with
    a key of OpenPGP signs packages of Linux.

    It signs what `sign()` of a program, a file or an installer is given it for, or everything that
    it can, once it is activated.
    """

    key: CertifiedKey | OpenpgpKey
    time_stamps: str = ""
    server_named: str = ""
    """Where the build file names the server for time stamps: "build.star, line 3"."""
    issuers: list[SourceFile] = field(factory=list)
    entitlements: SourceFile | None = None
    hardened: bool = True
    decides: Handle | None = None
    """The call that gave it a function."""

    @exposed()
    def activate(self) -> None:
        """Has it sign everything that is built and can be signed.

        Of several, the one that was activated first signs, unless its function leaves that to the
        next one. What somebody has signed before the build keeps that signature.
        """
        if self.context.handle.target:
            refuse(
                "OX1166",
                "the function of a target activates a signer, which signs for all targets",
                help="activate it outside of target functions, or give it to sign() here",
            )
        if self not in self.context.signers:
            self.context.signers.append(self)

    @exposed(changes=True)
    def set_time_stamp_server(self, url: str) -> None:
        """Has a server confirm when signatures were made (RFC 3161): they outlive the certificate.

        Args:
            url: The server's, such as "http://timestamp.example.org".
        """
        self._need(CertifiedKey, "set_time_stamp_server")
        _check_server(url)
        self.time_stamps = url
        if origin := self.context.origin:
            self.server_named = f"{Path(origin.span.file).name}, line {origin.span.line}"

    @exposed(changes=True)
    def chain_issuer_certificates_pem_file(self, path: str) -> None:
        """Adds certificates of issuers to signatures, beside those of the key's file.

        Args:
            path: A file with certificates in PEM; relative to the build file's folder.
        """
        self._need(CertifiedKey, "chain_issuer_certificates_pem_file")
        file = existing_file(self.context.reach, path)
        try:
            certificates(read(file))
        except (KeyProblem, OSError) as problem:
            message = f'no certificate can be read from "{path}": {problem}'
            refuse("OX1160", message, argument="path")
        self.issuers.append(SourceFile(str(file)))

    @exposed(changes=True)
    def set_macos_options(
        self, entitlements: str | None = None, hardened_runtime: bool = True
    ) -> None:
        """Says how programs for macOS are signed.

        Args:
            entitlements: A property list of what they may do; relative to the build file's folder.
            hardened_runtime: Whether macOS protects them from others while they run, as it has to
                for what is notarized.
        """
        self._need(CertifiedKey, "set_macos_options")
        if entitlements is not None:
            file = existing_file(self.context.reach, entitlements, "entitlements")
            self.entitlements = SourceFile(str(file))
        self.hardened = hardened_runtime

    @exposed(changes=True)
    def set_signing_callback(self, fn: Callback) -> Calls[None]:
        """Has a function decide on all that an activated signer is about to sign.

        It is called as `fn(request)`, once everything else of the build file has run.

        Args:
            fn: Returns "sign"; "defer" to leave it to the signer that was activated next;
                "prevent_signing", so that nobody signs it; or None, which is "sign".
        """
        self.context.decision("signing", self)
        self.decides = self.context.handle
        return no_calls(None)

    def fits(self, *, certified: bool, package: bool) -> bool:
        """Whether its key is for something: packages of macOS, or else what certificates sign."""
        if not isinstance(self.key, CertifiedKey):
            return not certified
        return certified and (package or not self.signs_packages)

    @property
    def signs_packages(self) -> bool:
        """Whether it signs packages of macOS, and nothing else."""
        return isinstance(self.key, CertifiedKey) and self.key.certificate.signs_packages

    def certified(self) -> CertifiedKey:
        """Its key; for who knows that it has a certificate."""
        assert isinstance(self.key, CertifiedKey)
        return self.key

    def private(self) -> Mapping[str, Value]:
        """What actions that sign by its certificate get to know, and no key of theirs has."""
        return {**self.certified().file.private(), "server_named": self.server_named}

    def openpgp(self) -> OpenpgpKey:
        """Its key; for who knows that it is one of OpenPGP."""
        assert isinstance(self.key, OpenpgpKey)
        return self.key

    def _need(self, kind: type[_Key], method: str) -> None:
        if not isinstance(self.key, kind):
            refuse(
                "OX1163",
                f"{method}() is for signers with a certificate, and this one has a key of OpenPGP",
            )


def _check_server(url: str) -> None:
    try:
        parts = urlsplit(url)
        # A port out of range is only found when it is asked for.
        is_server = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_server = False
    # urlsplit passes over line feeds, which URLs can't have.
    if not is_server or not url.isprintable() or " " in url:
        refuse(
            "OX1168", f"{json.dumps(url, ensure_ascii=False)} is no URL of a server", argument="url"
        )
    if parts.username or parts.password:
        refuse("OX1168", "the URL has a user's name or a password", argument="url")
