"""The trees of a distribution, as every source of CPython writes them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from oxidize.actions.kind import OutputForm
from oxidize.binary.elf import Elf

OUTPUTS: Mapping[str, OutputForm] = {
    "distribution": "file",
    "stdlib": "tree",
    "extensions": "tree",
    "libraries": "tree",
    "headers": "tree",
    "link": "tree",
    "licenses": "tree",
}
ELF = b"\x7fELF\x02\x01"


def copy(source: Path, target: Path) -> None:
    """Copies a file's content, and makes folders."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def stripped(data: bytes) -> bytes:
    """An ELF file without what no loader maps; others as they are."""
    return Elf(data).strip() if data.startswith(ELF) else data


def strip_into(
    folder: Path, files: Iterable[Path], adapted: Callable[[bytes], bytes] = stripped
) -> None:
    """Copies files that aren't there yet, without what isn't needed."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        target = folder / file.name
        if not target.exists():
            target.write_bytes(adapted(file.read_bytes()))
