"""refer-to-resources: a container that only tells which file beside the program holds the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.mapped import mapped
from oxidize.resources.model import Resources
from oxidize.resources.reader import Container
from oxidize.resources.writer import write_container


class ReferToResources(Kind):
    """payload: a container; the parameter `file` -> `container`."""

    mnemonic: ClassVar[str] = "refer-to-resources"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"container": "file"}

    def run(self, context: ActionContext) -> None:
        """Writes the reference, by name and by the digest in the container's header."""
        digest = Container(mapped(context.input("payload")), verify=False).digest
        config = {
            "resources_file": str(context.params["file"]),
            "resources_sha256": digest.hex(),
        }
        with context.output("container").open("w+b") as out:
            write_container(Resources(config=config), out)
