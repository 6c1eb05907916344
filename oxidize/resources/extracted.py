"""What a Windows program extracts: files that the system's own loader must have, and all that they
and files beside the program need, as that loader knows nothing of what is in memory."""

from __future__ import annotations

from attrs import evolve

from oxidize.binary.pe_file import Pe, PeError, is_pe
from oxidize.resources.layout import FileFlag, ModuleFlag
from oxidize.resources.model import Blob, Module, Resources

# What the runtime can lend of its own to one library: CPython's, which comes first.
_LENT = 4096


def with_extracted(resources: Resources) -> Resources:
    """The resources with flags at what is extracted. Libraries must know what they need."""
    modules = {name: _flagged_module(each) for name, each in resources.modules.items()}
    wanted = {
        path
        for module in modules.values()
        if module.flags & ModuleFlag.EXTRACT or (module.beside and _is_dll(module.extension))
        for path in module.libraries
    }
    python = resources.config.get("shared_python")
    for path, file in resources.files.items():
        library = file.flags & FileFlag.SHARED_LIBRARY
        if library and file.beside and _is_dll(file.content):
            wanted |= set(file.libraries)
        elif library and _variables(file.content) > (_LENT if path == python else 0):
            wanted |= {path, *file.libraries}
    files = {
        path: evolve(file, flags=file.flags | FileFlag.EXTRACT) if path in wanted else file
        for path, file in resources.files.items()
    }
    return evolve(resources, files=files, modules=modules)


def _flagged_module(module: Module) -> Module:
    if not _variables(module.extension):
        return module
    return evolve(module, flags=module.flags | ModuleFlag.EXTRACT)


def _is_dll(blob: Blob | None) -> bool:
    return blob is not None and is_pe(blob.data)


def _variables(blob: Blob | None) -> int:
    """How many bytes of variables each thread has of a DLL's own: only the system's loader can set
    them up."""
    if blob is None or not _is_dll(blob):
        return 0
    try:
        return Pe.of(blob.data).thread_variables()
    except PeError:
        return 0
