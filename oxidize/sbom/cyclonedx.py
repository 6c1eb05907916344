"""CycloneDX 1.6, as JSON."""

from __future__ import annotations

from typing import Any

from oxidize.sbom.bill import ROOT, Bill, Product, expression
from oxidize.sbom.component import Component, Kind

_TYPES: dict[Kind, str] = {
    "interpreter": "platform",
    "library": "library",
    "package": "library",
}


def cyclonedx(bill: Bill) -> dict[str, Any]:
    """The document. It has no time: the same content is the same document."""
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": bill.serial.urn,
        "version": 1,
        "metadata": {
            "tools": {
                "components": [{"type": "application", "name": "oxidize", "version": bill.tool}]
            },
            "component": _product(bill.product),
        },
        "components": [_component(each) for each in bill.components],
        "dependencies": [
            {"ref": ROOT, "dependsOn": [*bill.tops]},
            *({"ref": each.ref, "dependsOn": [*each.needs]} for each in bill.components),
        ],
    }


def _product(product: Product) -> dict[str, Any]:
    told = {
        "type": "application",
        "bom-ref": ROOT,
        "name": product.name,
        "version": product.version,
        "publisher": product.publisher,
        "description": product.summary,
        "licenses": _licences(product.licence),
        "externalReferences": [{"type": "website", "url": product.url}] if product.url else [],
    }
    return {name: value for name, value in told.items() if value}


def _component(each: Component) -> dict[str, Any]:
    told = {
        "type": _TYPES[each.kind],
        "bom-ref": each.ref,
        "name": each.name,
        "version": each.version,
        "hashes": [{"alg": "SHA-256", "content": each.sha256}] if each.sha256 else [],
        "licenses": _licences(each.licence),
        "cpe": each.cpe,
        "purl": each.purl,
        "properties": [{"name": "oxidize:file", "value": each.file}] if each.file else [],
    }
    return {name: value for name, value in told.items() if value}


def _licences(licence: str) -> list[dict[str, Any]]:
    if known := expression(licence):
        return [{"expression": known}]
    return [{"license": {"name": licence}}] if licence else []
