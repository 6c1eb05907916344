"""Packages as real files, for code that opens what lies beside its __file__.

All data files of the top-level package become real, and the sources beside the module that is
asked for, in the program's private folder; later starts find them there. Code goes on to run from
memory (docs/extraction.md).
"""

import os

from _oxidized_importer import finder

from .paths import inside, virtual

_LIBRARY = 2
_bases = {}
_done = set()


def real_path(finder, path):
    """The real path of a file of the program; the virtual one where no folder can be written."""
    relative = inside(finder, path)
    top, folder = relative.partition("/")[0], relative.rpartition("/")[0]
    try:
        if top not in _bases:
            _bases[top] = _make_real(finder, top, _data(finder, top))
            for package in _beside(finder, relative):
                _bases[top] = _make_real(finder, package, _data(finder, package)) or _bases[top]
            for package in _needed(finder, top):
                _bases[package] = _make_real(finder, package, _data(finder, package))
        # Without data files, a package has nothing that would have to be real.
        if _bases[top] is not None and folder not in _done:
            _make_real(finder, top, _sources(finder, folder))
            _done.add(folder)
    except OSError:
        _bases[top] = None
    base = _bases[top]
    return path if base is None else os.path.join(base, *relative.split("/"))


def real_locations(locations):
    """The folders of a package, real ones in place of those inside the program that have data."""
    start = finder.path_hook_base_str + os.sep
    own = [isinstance(each, str) and each.startswith(start) for each in locations or ()]
    if not any(own):
        return locations
    return [_real_folder(each) if is_own else each for each, is_own in zip(locations, own)]


def _real_folder(folder):
    return os.path.dirname(real_path(finder, os.path.join(folder, "__init__.py")))


def _beside(finder, relative):
    """The packages of a distribution, for its library of mypyc that lies beside them."""
    if "__mypyc." not in relative or "/" in relative:
        return
    for record in finder._paths(""):
        if not record.endswith(".dist-info/RECORD"):
            continue
        text = finder.get_data(virtual(finder, record)).decode()
        names = [line.partition(",")[0] for line in text.splitlines()]
        if relative in names:
            yield from sorted({n.partition("/")[0] for n in names if "/" in n})


def _needed(finder, top):
    """On Windows, other packages whose libraries those of a package need, as PySide6 needs
    shiboken6's: it tells Windows to look for them there."""
    if os.name != "nt":
        return []
    tops = {path.partition("/")[0] for path in finder._needed(top + "/")}
    return sorted(each for each in tops - _bases.keys() if finder.find_spec(each) is not None)


def _data(finder, top):
    """Rows of all data files of a package, and of packages that it vendors: those it would put on
    sys.path as folders."""
    rows = finder._rows(top + "/")
    return [row for row in rows if not row[0].endswith(".py") or "/_vendor/" in row[0]]


def _sources(finder, folder):
    """Rows of the sources directly in a folder."""
    start = folder + "/"
    rows = finder._rows(start)
    return [row for row in rows if row[0].endswith(".py") and "/" not in row[0][len(start) :]]


def _make_real(finder, top, rows):
    """Makes files real; returns the folder around their package. Raises OSError.

    What is there already is compared byte by byte, and written again if it differs.
    """
    # One folder for all of a package: the one that serves libraries if it has any.
    executable = any(flags & _LIBRARY for _, _, flags in finder._rows(top + "/"))
    base = _bases.get(top)
    for path, _, _ in rows:
        data = finder.get_data(virtual(finder, path))
        base = finder._extract(path, data, executable)[: -len(path) - 1]
    return base
