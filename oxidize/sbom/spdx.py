"""SPDX 2.3, as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from oxidize.sbom.bill import ROOT, Bill, expression
from oxidize.sbom.component import Component

_UNKNOWN = "NOASSERTION"
# One has to be told: it is that of the files in all installers.
_CREATED = "1980-01-01T00:00:00Z"
_PURPOSES = {"interpreter": "APPLICATION", "library": "LIBRARY", "package": "LIBRARY"}
_REFERENCE = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")


def spdx(bill: Bill) -> dict[str, Any]:
    """The document."""
    product = bill.product
    licences = (product.licence, *(each.licence for each in bill.components))
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": " ".join(filter(None, (product.name, product.version))),
        "documentNamespace": bill.serial.urn,
        "creationInfo": {"created": _CREATED, "creators": [f"Tool: oxidize-{bill.tool}"]},
        "packages": [_product(bill), *map(_package, bill.components)],
        "hasExtractedLicensingInfos": _extracted(licences),
        "relationships": list(_relations(bill)),
    }


def _product(bill: Bill) -> dict[str, Any]:
    product = bill.product
    told = {
        "SPDXID": _id(ROOT),
        "name": product.name,
        "versionInfo": product.version,
        "supplier": f"Organization: {product.publisher}" if product.publisher else "",
        "summary": product.summary,
        "homepage": product.url,
        "licenseDeclared": _declared(product.licence),
        "primaryPackagePurpose": "APPLICATION",
        **_UNTOLD,
    }
    return {name: value for name, value in told.items() if value != ""}


_UNTOLD = {
    "downloadLocation": _UNKNOWN,
    "filesAnalyzed": False,
    "licenseConcluded": _UNKNOWN,
    "copyrightText": _UNKNOWN,
}


def _package(each: Component) -> dict[str, Any]:
    references = [
        {"referenceCategory": category, "referenceType": kind, "referenceLocator": text}
        for category, kind, text in (
            ("PACKAGE-MANAGER", "purl", each.purl),
            ("SECURITY", "cpe23Type", each.cpe),
        )
        if text
    ]
    hashes = [{"algorithm": "SHA256", "checksumValue": each.sha256}] if each.sha256 else []
    told = {
        "SPDXID": _id(each.ref),
        "name": each.name,
        "versionInfo": each.version,
        "packageFileName": each.file,
        "checksums": hashes,
        "externalRefs": references,
        "licenseDeclared": _declared(each.licence),
        "primaryPackagePurpose": _PURPOSES[each.kind],
        **_UNTOLD,
    }
    return {name: value for name, value in told.items() if value not in ("", [])}


def _relations(bill: Bill) -> Iterator[dict[str, str]]:
    yield _related("SPDXRef-DOCUMENT", "DESCRIBES", _id(ROOT))
    for each in bill.components:
        yield _related(_id(ROOT), "CONTAINS", _id(each.ref))
    for ref in bill.tops:
        yield _related(_id(ROOT), "DEPENDS_ON", _id(ref))
    for each in bill.components:
        for ref in each.needs:
            yield _related(_id(each.ref), "DEPENDS_ON", _id(ref))


def _related(one: str, how: str, other: str) -> dict[str, str]:
    return {"spdxElementId": one, "relationshipType": how, "relatedSpdxElement": other}


def _id(ref: str) -> str:
    return f"SPDXRef-{_plain(ref)}"


def _declared(licence: str) -> str:
    if known := expression(licence):
        return known
    return _reference(licence) if licence else _UNKNOWN


def _reference(licence: str) -> str:
    """What stands for a licence that has a name only."""
    return f"LicenseRef-{_plain(licence)}"


def _extracted(licences: tuple[str, ...]) -> list[dict[str, str]]:
    """Licences that SPDX has no name for: what is known of them is what they are called."""
    found: dict[str, str] = {}
    for each in licences:
        if known := expression(each):
            found |= {name: name for name in _REFERENCE.findall(known)}
        elif each:
            found[_reference(each)] = each
    return [
        {"licenseId": name, "name": text, "extractedText": text}
        for name, text in sorted(found.items())
    ]


def _plain(text: str) -> str:
    """What identifiers may have. Others that would be the same differ in what stands for signs."""
    return re.sub(r"[^A-Za-z0-9.-]", lambda found: f"-{ord(found[0]):x}-", text)
