"""Sources that are built in no time: archives whose `configure` writes what the recipe keeps."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from oxidize.distributions.recipes import darwin
from oxidize.distributions.recipes.target import RecipeTarget

VERSION, MINOR = "3.13.99", "3.13"
_CONFIG = """
struct _inittab _PyImport_Inittab[] = {
    {"_thing", PyInit__thing},
    {"zlib", PyInit_zlib},
    {"sys", NULL},
};
"""
_MAKEFILE = """
EXT_SUFFIX=.cpython-313-tiny.so
LIBS=-ldl
LIBRARY_OBJS=Modules/config.o \\
\tPython/core.o Modules/thing.o Modules/zlibmodule.o
MODULE_ZLIB_STATE=yes
MODULE_ZLIB_LDFLAGS=-lz
MODULE__THING_STATE=yes
MODULE__SSL_STATE=n/a
all:
\tfor path in $(OBJECTS); do mkdir -p `dirname $$path`; echo $$path > $$path; done
install:
\tmkdir -p $(DESTDIR)/install
\tcp -R tree/. $(DESTDIR)/install
OBJECTS=Modules/config.o Modules/thing.o Modules/zlibmodule.o Modules/libextra.a \\
\tObjects/a.o Parser/a.o Python/core.o Programs/python.o
Modules/_thing$(EXT_SUFFIX): Modules/thing.o; $(BLDSHARED) Modules/thing.o Modules/libextra.a $(LIBPYTHON) -o Modules/_thing
Modules/zlib$(EXT_SUFFIX): Modules/zlibmodule.o; $(BLDSHARED) Modules/zlibmodule.o $(MODULE_ZLIB_LDFLAGS) $(LIBPYTHON) -o Modules/zlib
"""  # noqa: E501
_MACOS = RecipeTarget("aarch64-apple-darwin", "x86_64-unknown-linux-gnu")


def _edited(file: str) -> str:
    """What is edited in a file for macOS."""
    return "\n".join(each.old for each in darwin.edits(_MACOS) if each.file == file)


_PYTHON = {
    "configure": (
        f"#!/bin/sh\npwd > where\ncat > Makefile <<'END'{_MAKEFILE}END\n"
        f"exit\n{_edited('configure')}\n"
    ),
    "LICENSE": "Python's",
    # What is edited for musl.
    "Lib/ctypes/__init__.py": "else:\n    pythonapi = PyDLL(None)\n",
    "Misc/platform_triplet.c": "#  ifdef __DEFINED_va_list\n",
    **{
        file: _edited(file)
        for file in ("Lib/urllib/request.py", "Makefile.pre.in", "Modules/posixmodule.c")
    },
    "Modules/config.c": _CONFIG,
    "Modules/config.c.in": "",
    "Modules/Setup": "",
    f"tree/bin/python{MINOR}": "no program",
    f"tree/include/python{MINOR}/Python.h": "",
    f"tree/lib/libpython{MINOR}.a": "no archive",
    f"tree/lib/libpython{MINOR}.dylib": "no library",
    f"tree/lib/python{MINOR}/os.py": "",
    f"tree/lib/python{MINOR}/lib-dynload/_ctypes_test.cpython-313-tiny.so": "no module",
    f"tree/lib/python{MINOR}/test/test_os.py": "",
    f"tree/lib/python{MINOR}/_sysconfigdata__tiny.py": "build_time_vars = {'SOABI': 'tiny'}\n",
    f"tree/lib/python{MINOR}/importlib/_bootstrap_external.py": (
        "MAGIC_NUMBER = (3571).to_bytes(2, 'little') + b'\\r\\n'\n"
    ),
}
_ZLIB = {
    "configure": "#!/bin/sh\nprintf 'libz.a:\\n\\techo archive > libz.a\\n' > Makefile\n",
    "LICENSE": "zlib's",
    "zlib.h": "",
    "zconf.h": "",
}


def write_archive(path: Path, files: Mapping[str, str], *, top: str = "source") -> str:
    """Writes sources as a .tar.xz; its sha256."""
    with tarfile.open(path, "w:xz", preset=0) as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(f"{top}/{name}")
            info.size, info.mode = len(text.encode()), 0o755
            tar.addfile(info, io.BytesIO(text.encode()))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def source_row(folder: Path, name: str, version: str, files: Mapping[str, str]) -> dict[str, Any]:
    """A row of a manifest, for an archive that is written into a folder."""
    file = f"{name}-{version}.tar.xz"
    sha256 = write_archive(folder / file, files, top=f"{name}-{version}")
    return {"name": name, "version": version, "sha256": sha256, "file": file, "urls": []}


def write_sources(folder: Path, changes: Mapping[str, str] | None = None) -> Path:
    """A CPython and a zlib, which aren't; the path of the manifest. `changes` are other files of
    CPython's."""
    folder.mkdir(parents=True, exist_ok=True)
    python = {**_PYTHON, **(changes or {})}
    rows = [
        source_row(folder, "cpython", VERSION, python),
        source_row(folder, "zlib", "1.3", _ZLIB),
    ]
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps({"format": 1, "sources": rows}))
    return manifest
