"""write-sbom: a bill of materials, of what list-components found in programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from oxidize import __version__
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.sbom.bill import Bill, Product
from oxidize.sbom.component import load, merged
from oxidize.sbom.cyclonedx import cyclonedx
from oxidize.sbom.spdx import spdx

WRITERS = {"cyclonedx": cyclonedx, "spdx": spdx}


class WriteSbom(Kind):
    """components: of all programs; `format` and `product`, a Product -> `sbom`."""

    mnemonic: ClassVar[str] = "write-sbom"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"sbom": "file"}

    def tools(self) -> Mapping[str, str]:
        """Who tells it, which it says."""
        return {"oxidize": __version__}

    def run(self, context: ActionContext) -> None:
        """Writes it, of what several programs hold once."""
        params = cast(Mapping[str, Any], context.params)
        found = (load(each.read_text("utf-8")) for each in context.inputs("components"))
        components = merged(each for several in found for each in several)
        bill = Bill(Product(**params["product"]), components, __version__)
        text = json.dumps(WRITERS[params["format"]](bill), indent=2, ensure_ascii=False)
        context.output("sbom").write_text(f"{text}\n", encoding="utf-8")
