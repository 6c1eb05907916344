"""What the modules and files of a program may be called."""

from __future__ import annotations

import re

from oxidize.resources.layout import ModuleFlag
from oxidize.resources.model import File, Module, Resources

_BYTECODE = re.compile(r"(.*/)?__pycache__/([^/]+?)\.[^/]+\.pyc")


def below(place: str, path: str) -> str:
    """A path in a folder, which may be "" or "."."""
    return path if place in ("", ".") else f"{place}/{path}"


def all_rows(resources: Resources) -> list[Module | File]:
    """All files, then all modules."""
    return [*resources.files.values(), *resources.modules.values()]


def spelled(resources: Resources, place: str = "") -> dict[str, Module | File]:
    """All that modules and files may be called. `place` is the program's: tracebacks begin with
    it, and its folder has what lies beside it."""
    folder, slash, program = place.rpartition("/")
    rows: dict[str, Module | File] = {}
    for row in all_rows(resources):
        path = row.path
        # Beside a program, bytecode without a source lies in the source's place.
        source = path.removesuffix("c") if path.endswith(".pyc") else path
        for each in (path, source):
            rows[each] = rows[f"{program}/{each}"] = rows[f"{place}/{each}"] = row
            if row.beside:
                beside = below(row.beside, each)
                rows[beside] = rows[f"{folder}{slash}{beside}"] = row
    return {**rows, **resources.modules}


def sourced(wanted: str) -> str:
    """The path of the source of a bytecode file that lies beside it; others as they are."""
    found = _BYTECODE.fullmatch(wanted)
    return f"{found[1] or ''}{found[2]}.py" if found else wanted


def key(row: Module | File) -> tuple[str, str]:
    """What it is, and how that is named: modules by name, files by path."""
    return ("module", row.name) if isinstance(row, Module) else ("file", row.path)


def same(resources: Resources, row: Module | File) -> Module | File | None:
    """The module or file of that name in other resources."""
    if isinstance(row, Module):
        return resources.modules.get(row.name)
    return resources.files.get(row.path)


def is_stdlib(row: Module | File) -> bool:
    """Whether it is a module of the standard library."""
    return isinstance(row, Module) and bool(row.flags & ModuleFlag.STANDARD_LIBRARY)
