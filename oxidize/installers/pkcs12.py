"""Keys with their certificates (PKCS #12): whom a certificate names, and what it is for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

# Apple's, for packages: by Developer ID, and for its store.
_PACKAGES = ("1.2.840.113635.100.4.13", "1.2.840.113635.100.4.9")
_CODE_SIGNING = "1.3.6.1.5.5.7.3.3"
_ANY = "2.5.29.37.0"


class KeyProblem(Exception):
    """The message is the end of a sentence about the file; `wrong_password` says whether that may
    be all."""

    def __init__(self, message: str, *, wrong_password: bool = False) -> None:
        super().__init__(message)
        self.wrong_password = wrong_password


@frozen
class SigningCertificate:
    """What is public of it. Times are seconds since 1970."""

    name: str
    fingerprint: str
    """The sha256 of its DER, in hexadecimal."""
    begins: int
    ends: int
    signs_code: bool
    """Whether it may be used to sign programs, or says nothing of that."""
    signs_packages: bool
    """Whether it is one of Apple's that sign packages, and nothing else."""
    subject: tuple[tuple[str, str], ...] = ()
    """Whom it names: attributes and values, the narrowest first."""
    issuers: tuple[str, ...] = ()
    """The fingerprints of the others in its file, which signatures have, too."""


def read_pkcs12(data: bytes, password: str) -> SigningCertificate:
    """The certificate of the key in a file. Raises KeyProblem."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import pkcs12

    try:
        found = pkcs12.load_pkcs12(data, password.encode())
    except UnsupportedAlgorithm as error:
        raise KeyProblem("it is encrypted in a way that isn't known") from error
    except ValueError as error:
        if "password" in str(error):
            # Not the cause: what it was given is not to be kept anywhere.
            raise KeyProblem("the password is wrong", wrong_password=True) from None
        raise KeyProblem("it isn't a PKCS #12 file") from None
    if found.key is None or found.cert is None:
        raise KeyProblem(f"it has no {'key' if found.key is None else 'certificate'} to sign with")
    issuers = tuple(_fingerprint(each.certificate) for each in found.additional_certs)
    return evolve(_public(found.cert.certificate), issuers=issuers)


def in_old_form(data: bytes, password: str, other: str) -> tuple[bytes, Sequence[bytes]]:
    """The key and its certificate alone, under another password, as programs read it that know none
    of the ciphers of PKCS #5 2.0; and the DER of the file's other certificates. Raises KeyProblem.
    """
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, pkcs12

    try:
        found = pkcs12.load_pkcs12(data, password.encode())
    except ValueError:
        raise KeyProblem("it doesn't open any more") from None
    form = (
        PrivateFormat.PKCS12.encryption_builder()
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(SHA1())
        .build(other.encode())
    )
    certificate = found.cert.certificate if found.cert else None
    # Of a type that is wider than what can be written.
    key: Any = found.key
    alone = pkcs12.serialize_key_and_certificates(None, key, certificate, None, form)
    others = [each.certificate for each in found.additional_certs]
    return alone, [each.public_bytes(Encoding.DER) for each in others]


def certificates(pem: bytes) -> Sequence[bytes]:
    """The DER of each certificate in a PEM file. Raises KeyProblem."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise KeyProblem("it has no certificates in PEM") from None
    return [each.public_bytes(Encoding.DER) for each in found]


def _public(certificate: Certificate) -> SigningCertificate:
    from cryptography.x509.oid import NameOID

    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(names[0].value) if names else certificate.subject.rfc4514_string()
    uses = _uses(certificate)
    return SigningCertificate(
        name,
        _fingerprint(certificate),
        int(certificate.not_valid_before_utc.timestamp()),
        int(certificate.not_valid_after_utc.timestamp()),
        not uses or _CODE_SIGNING in uses or _ANY in uses,
        any(each in uses for each in _PACKAGES),
        tuple((each.rfc4514_attribute_name, str(each.value)) for each in certificate.subject)[::-1],
    )


def _fingerprint(certificate: Certificate) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def _uses(certificate: Certificate) -> list[str]:
    from cryptography.x509 import ExtendedKeyUsage, ExtensionNotFound

    try:
        uses = certificate.extensions.get_extension_for_class(ExtendedKeyUsage).value
    except ExtensionNotFound:
        return []
    return [each.dotted_string for each in uses]
