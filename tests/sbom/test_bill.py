"""Bills of materials: what holds for any components, however odd their names."""

from __future__ import annotations

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from oxidize.sbom.bill import Bill, Product, expression
from oxidize.sbom.component import Component, dump, load, merged, tops
from oxidize.sbom.cyclonedx import cyclonedx
from oxidize.sbom.native_libraries import cpe, library_called, versions_in
from oxidize.sbom.spdx import spdx

ODD = (
    Component("a@1", "package", "ä b", "1+x", "Do what you want", "pkg:pypi/a@1", needs=("b@2",)),
    Component("a_1", "package", "a 1", licence="GPL-3.0-or-later WITH GCC-exception-3.1"),
    Component("b@2", "package", "b", licence="mit or LicenseRef-Mine", needs=("a@1",)),
    Component("c", "library", "c", "3", cpe=cpe("c:c", "3"), file="c.so", sha256="0" * 64),
)


def bill(*components: Component) -> Bill:
    return Bill(Product("Ö\"x'", "1", "Example", licence="LicenseRef-Own"), components, "0")


def test_valid() -> None:
    """Both forms of a bill with odd names and licences are valid."""
    document = cyclonedx(bill(*ODD))
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(document)) is None
    parsed = JsonLikeDictParser().parse(spdx(bill(*ODD)))  # type: ignore[no-untyped-call]
    assert validate_full_spdx_document(parsed) == []


def test_serial() -> None:
    """The serial number is that of the content, whatever it differs in."""
    same, other = bill(*ODD), bill(*ODD[:-1])
    assert bill(*ODD).serial == same.serial != other.serial


def test_kept() -> None:
    """Components come back as they were written."""
    assert load(dump(ODD)) == ODD


def test_merged() -> None:
    """What two programs hold is one component, which needs what either needs."""
    one = Component("x", "package", "x", needs=("a",))
    two = Component("x", "package", "x", needs=("b",))
    assert merged([two, one]) == (Component("x", "package", "x", needs=("a", "b")),)


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        ({"a": "b", "b": "", "c": ""}, "ac"),
        ({"a": "b", "b": "a", "c": "a"}, "c"),
        ({"a": "b", "b": "a", "c": ""}, "ac"),
        ({"a": "a"}, "a"),
        ({}, ""),
    ],
)
def test_tops(needs: dict[str, str], expected: str) -> None:
    """From what a product itself needs, everything is reached, circles included."""
    found = tops([Component(ref, "package", ref, needs=tuple(n)) for ref, n in needs.items()])
    assert "".join(found) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [("mit", "MIT"), ("BSD", ""), ("", ""), ("Apache-2.0 OR mit", "Apache-2.0 OR MIT")],
)
def test_expressions(said: str, expected: str) -> None:
    """Licences are SPDX expressions, or none."""
    assert expression(said) == expected


def test_versions() -> None:
    """Libraries tell their versions, and nothing else is taken for one."""
    data = b"\0OpenSSL 3.0.19 27 Jan 2026\0 deflate 1.3.1 Copyright 1995-2024\0expat_2.6.3\0"
    assert versions_in([data, b"1.0.8, 13-Jul-2019\0"]) == {
        "bzip2": "1.0.8",
        "expat": "2.6.3",
        "openssl": "3.0.19",
        "zlib": "1.3.1",
    }
    assert versions_in([b"OpenSSL 3.0.19", b"expat_", b"3.13.0, 13-Jul-2019"]) == {}


def test_licences_of_versions() -> None:
    """OpenSSL has another licence since its third version."""
    found = [library_called(name) for name in ("libssl.so.1.1", "libssl.so.3", "openssl-1.1")]
    assert [each.licence if each else None for each in found] == [
        "OpenSSL",
        "Apache-2.0",
        "OpenSSL",
    ]
    assert library_called("libtcl8.6.so") is None
