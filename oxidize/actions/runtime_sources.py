"""The runtime's sources: which of them are for a system, and what a launcher without Python is."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from oxidize.triples import system_of

# Ends of the names of what is for one family of systems only; all else is for everybody.
_ENDS = {
    "linux": {"posix", "linux", "elf"},
    "darwin": {"posix", "darwin", "macho"},
    "windows": {"windows", "pe"},
}
# How python.h is fulfilled.
STATIC, SHARED = "python_static.c", "python_shared.c"
# Without their families.
_LAUNCHER = frozenset(
    (
        *("main", "container", "extract", "extract_entry", "extract_places", "image", "library"),
        *("map_file", "program", "resources_file"),
    )
)
# Parts of Windows' launcher: how it loads DLLs, and texts.
_LOADER = ("pe_", "utf16_", "system_error_")


@frozen
class RuntimeSources:
    """Names of files, sorted: the launcher's, and those that use CPython."""

    launcher: tuple[str, ...]
    rest: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str], triple: str) -> RuntimeSources:
        """Those for a triple, of all sources of the runtime."""
        family = system_of(triple)
        others = set().union(*_ENDS.values()) - _ENDS[family]
        launcher, rest = [], []
        for name in sorted(names):
            stem = name.removesuffix(".c")
            plain, _, end = stem.rpartition("_")
            if name in (STATIC, SHARED) or end in others:
                continue
            if name.startswith(_LOADER):
                if family == "windows":
                    launcher.append(name)
            elif stem in _LAUNCHER or plain in _LAUNCHER:
                launcher.append(name)
            else:
                rest.append(name)
        return cls(tuple(launcher), tuple(rest))


def unit(names: Iterable[str]) -> str:
    """One source that has all of them: CPython's headers take longer to compile than what uses
    them. That is why no two of the runtime's files call anything by the same name."""
    defined = ("#define _GNU_SOURCE", "#define PY_SSIZE_T_CLEAN")
    return "\n".join((*defined, *(f'#include "{name}"' for name in names), ""))
