"""Mach-O files moved to where programs have them: what they load lies elsewhere from there."""

from __future__ import annotations

from collections.abc import Collection
from posixpath import basename

from oxidize.binary.codesign import signed
from oxidize.binary.load_commands import MAGIC, MachO
from oxidize.binary.universal import thin


def relocated(data: bytes, machine: str, libraries: Collection[str], folder: str) -> bytes:
    """What of a file is for a machine, loading the libraries of these names from a folder such as
    "@loader_path/lib"; signed afresh, ad hoc, if that changes it. Raises MachoError."""
    data = thin(data, machine)
    if not data.startswith(MAGIC):
        return data
    macho, changed = MachO(data), False
    for old in macho.needed():
        name = basename(old)
        new = f"{folder}/{name}"
        if name in libraries and old != new:
            macho.rename(old, new)
            changed = True
    return signed(macho, "library") if changed else data
