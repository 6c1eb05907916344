"""Packages as real files, for code that opens what lies beside its __file__.

A top-level package becomes files as a whole, sources and data but not its extension modules, in
the program's private folder, the first time that it is asked for; later starts find it there.
Code goes on to run from memory.
"""

import os

_LIBRARY = 2
_EXECUTABLE = 1
_folders = {}


def real_path(finder, virtual):
    """The real path of a file of the program; the virtual one where no folder can be written."""
    relative = virtual[len(finder.path_hook_base_str) + 1 :]
    top = relative.partition("/")[0]
    if top not in _folders:
        try:
            _folders[top] = _materialize(finder, top)
        except OSError:
            _folders[top] = None
    folder = _folders[top]
    return virtual if folder is None else os.path.join(folder, relative)


def _materialize(finder, top):
    """Makes a package real; returns the folder around it. Raises OSError."""
    rows = finder._rows(top + "/")
    # One folder for all, so the one that serves libraries if there are any.
    executable = any(flags & _LIBRARY for _, _, flags in rows)
    base = None
    for path, size, _ in rows:
        if base is not None and _is_there(os.path.join(base, path), size):
            continue
        data = finder.get_data(f"{finder.path_hook_base_str}/{path}")
        real = finder._extract(path, data, executable)
        base = real[: -len(path) - 1]
    return base


def _is_there(path, size):
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return status.st_size == size
