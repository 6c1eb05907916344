"""The bill of materials: a product and its components, whatever form it is written in."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence

from attrs import asdict, frozen
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from oxidize.sbom.component import Component, tops

_NAMESPACE = uuid.UUID("8a1f3b52-0d0c-5a5e-9c53-6f6d8f1d7f0e")
ROOT = "product"


@frozen
class Product:
    """What the bill is of. What isn't known is empty."""

    name: str
    version: str = ""
    publisher: str = ""
    summary: str = ""
    licence: str = ""
    url: str = ""


@frozen
class Bill:
    """All that is told; `tool` is the version of oxidize that tells it."""

    product: Product
    components: Sequence[Component]
    tool: str

    @property
    def serial(self) -> uuid.UUID:
        """The same for the same content."""
        content = json.dumps(asdict(self), sort_keys=True)
        return uuid.uuid5(_NAMESPACE, hashlib.sha256(content.encode()).hexdigest())

    @property
    def tops(self) -> tuple[str, ...]:
        """What the product itself depends on."""
        return tops(self.components)


def expression(licence: str) -> str:
    """A licence as an SPDX expression; "" for what is none."""
    try:
        return canonicalize_license_expression(licence) if licence else ""
    except InvalidLicenseExpression:
        return ""
