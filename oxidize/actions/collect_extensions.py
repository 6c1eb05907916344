"""collect-extensions: the distribution's extension modules and their libraries, as a container."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.distributions.description import Description
from oxidize.resources.layout import FileFlag, ModuleFlag
from oxidize.resources.model import Blob, File, Module, Resources
from oxidize.resources.writer import write_container


class CollectExtensions(Kind):
    """distribution, extensions, libraries -> `container`."""

    mnemonic: ClassVar[str] = "collect-extensions"
    version: ClassVar[int] = 2
    outputs: ClassVar[Mapping[str, OutputForm]] = {"container": "file"}

    def run(self, context: ActionContext) -> None:
        """Puts each file where the description says it belongs."""
        description = Description.load(context.input("distribution"))
        files = context.tree("extensions")
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
            name: Module(
                name=name,
                path=extension.file,
                flags=ModuleFlag.EXTENSION | ModuleFlag.STANDARD_LIBRARY,
                extension=Blob(files[extension.file].read_bytes()),
                libraries=extension.libraries,
            )
            for name, extension in description.extensions.items()
        }
        with context.output("container").open("w+b") as out:
            write_container(Resources(modules, libraries), out)
