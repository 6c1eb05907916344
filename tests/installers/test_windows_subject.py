"""Subjects of certificates: those that Windows would take for the publisher of an msix package."""

from __future__ import annotations

import pytest

from oxidize.installers.windows_subject import is_subject, written_subject

SUBJECT = [("CN", 'Müller, "Söhne"'), ("O", "Müller  AG"), ("ST", "Bern"), ("C", "CH")]
WRITTEN = 'CN="Müller, ""Söhne""", O=Müller  AG, S=Bern, C=CH'


def test_written() -> None:
    """A subject is written so that it is read as the same one."""
    assert written_subject(SUBJECT) == WRITTEN
    assert is_subject(WRITTEN, SUBJECT)


@pytest.mark.parametrize(
    "publisher",
    [
        'c=ch,s=bern,o=Müller AG,cn="müller, ""söhne"""',
        'OID.2.5.4.3=x, CN="Müller, ""Söhne""", O=Müller AG, ST=Bern, C=CH',
        'CN="Müller, ""Söhne"""',
        "CN=Müller, O=Müller AG, S=Bern, C=CH",
        "",
    ],
)
def test_compared(publisher: str) -> None:
    """Order, case and spaces decide nothing; what is missing, or more than there is, does."""
    assert is_subject(publisher, SUBJECT) == publisher.startswith("c=ch")
