"""What a Windows program extracts: files that the system's own loader must have, and all that they
need, as that loader knows nothing of what is in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from oxidize.binary.pe_file import Pe, PeError, is_pe
from oxidize.resources.layout import FileFlag, ModuleFlag
from oxidize.resources.model import Blob, File, Resources


def with_extracted(resources: Resources) -> Resources:
    """The resources with flags at what is extracted. Libraries must know what they need."""
    wanted = set(_needed(resources))
    files = {path: _flagged(file, path in wanted) for path, file in resources.files.items()}
    modules = {
        name: evolve(module, flags=module.flags | ModuleFlag.EXTRACT)
        if module.extension and _needs_a_file(module.extension)
        else module
        for name, module in resources.modules.items()
    }
    return evolve(resources, files=files, modules=modules)


def _needed(resources: Resources) -> Iterator[str]:
    """The paths of libraries."""
    for module in resources.modules.values():
        if module.flags & ModuleFlag.EXTRACT or (
            module.extension and _needs_a_file(module.extension)
        ):
            yield from module.libraries
    for path, file in _libraries(resources.files).items():
        if _needs_a_file(file.content):
            yield path
            yield from file.libraries


def _libraries(files: Mapping[str, File]) -> Mapping[str, File]:
    return {path: file for path, file in files.items() if file.flags & FileFlag.SHARED_LIBRARY}


def _flagged(file: File, extracted: bool) -> File:
    return evolve(file, flags=file.flags | FileFlag.EXTRACT) if extracted else file


def _needs_a_file(blob: Blob | None) -> bool:
    if blob is None or not is_pe(blob.data):
        return False
    try:
        return Pe.of(blob.data).has_thread_variables()
    except PeError:
        return False
