"""lay-out: the resources of a tree as files, as a site-packages folder has them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from attrs import evolve

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.material import Material, material_of
from oxidize.actions.placing import Placing
from oxidize.resources.layout import ModuleFlag
from oxidize.resources.scanner import Scan


class LayOut(Kind):
    """python, distribution, sources, decisions as for compile; base: files that are there already,
    if any; gives `tree`."""

    mnemonic: ClassVar[str] = "lay-out"
    version: ClassVar[int] = 3
    outputs: ClassVar[Mapping[str, OutputForm]] = {"tree": "tree"}

    def run(self, context: ActionContext) -> None:
        """Writes what is selected over what is there."""
        material = material_of(context)
        placing = Placing.of(context, program=False)
        material = evolve(material, found=placing.included(material.found))
        out = context.output("tree")
        if context.params["on_base"]:
            shutil.copytree(context.folder("base"), out, dirs_exist_ok=True)
        for path in _paths(material.found):
            _write(out / path, material, path)


def _paths(found: Scan) -> Iterable[str]:
    yield from found.files
    for module in found.modules:
        if not module.flags & ModuleFlag.NAMESPACE:
            yield module.path


def _write(target: Path, material: Material, path: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(material.read(path))
    target.chmod(0o755 if path in material.executables else 0o644)
