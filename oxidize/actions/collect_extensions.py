"""collect-extensions: the distribution's extension modules and their libraries, as a container."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.material import material_of
from oxidize.actions.placing import Placing, location_flag
from oxidize.distributions.description import Description
from oxidize.resources.layout import FileFlag
from oxidize.resources.model import Blob, File, Module, Resources
from oxidize.resources.writer import write_container


class CollectExtensions(Kind):
    """distribution; sources: its extension modules; libraries; decisions, if there are any ->
    `container`."""

    mnemonic: ClassVar[str] = "collect-extensions"
    version: ClassVar[int] = 3
    outputs: ClassVar[Mapping[str, OutputForm]] = {"container": "file"}

    def run(self, context: ActionContext) -> None:
        """Puts each file where the description says it belongs."""
        description = Description.load(context.input("distribution"))
        files, placing = context.tree("sources"), Placing.of(context)
        found = placing.included(material_of(context).found)
        spare = FileFlag.SHARED_LIBRARY | FileFlag.PREFER_SYSTEM
        libraries = {
            path: File(
                path,
                Blob(file.read_bytes()),
                spare if path in description.spare_libraries else FileFlag.SHARED_LIBRARY,
            )
            for path, file in context.tree("libraries").items()
        }
        modules = {
            each.name: Module(
                name=each.name,
                path=each.path,
                flags=each.flags | location_flag(placing.of_module(each)),
                extension=Blob(files[each.path].read_bytes()),
                libraries=description.extensions[each.name].libraries,
                beside=placing.of_module(each).beside,
            )
            for each in found.modules
        }
        with context.output("container").open("w+b") as out:
            write_container(Resources(modules, libraries), out)
