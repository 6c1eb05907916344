"""The probe: run by the CPython in question, alone (-I -S), it prints what it is as JSON.

This file is a script, not a module of oxidize: it imports the standard library only, and is plain
enough for versions that can't be embedded to say which they are. A virtual environment describes
the CPython that it was made of, so that all environments of one CPython are the same to a build.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import sys
import sysconfig

CONFIG_VARS = (
    "LIBPL",
    "LIBDIR",
    "LIBRARY",
    "LDLIBRARY",
    "INSTSONAME",
    "LIBS",
    "SYSLIBS",
    "MODLIBS",
    "MULTIARCH",
    "SOABI",
    "Py_DEBUG",
    "Py_GIL_DISABLED",
)


def libc() -> list[str]:
    """[family, version] of the C library that this interpreter runs on."""
    try:
        family, version = os.confstr("CS_GNU_LIBC_VERSION").split()  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return ["", ""]
    return [family, version]


def executable() -> str:
    """The interpreter itself, not a virtual environment's, without symbolic links."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def paths() -> dict[str, str]:
    """sysconfig's paths."""
    if sys.prefix == sys.base_prefix:
        return sysconfig.get_paths()
    # From 3.14, virtual environments count without site, too.
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    return sysconfig.get_paths(vars=base)


def describe() -> dict[str, object]:
    """What oxidize/distributions/host.py reads."""
    from importlib.machinery import BYTECODE_SUFFIXES, EXTENSION_SUFFIXES, SOURCE_SUFFIXES

    places = paths()
    return {
        "implementation": sys.implementation.name,
        "version": platform.python_version(),
        "version_info": list(sys.version_info[:3]),
        "hexversion": sys.hexversion,
        "cache_tag": sys.implementation.cache_tag,
        "magic": importlib.util.MAGIC_NUMBER.hex(),
        "executable": executable(),
        "stdlib": places["stdlib"],
        "extensions": places["platstdlib"] + "/lib-dynload",
        "include": [places["include"], places["platinclude"]],
        "suffixes": {
            "source": SOURCE_SUFFIXES,
            "bytecode": BYTECODE_SUFFIXES,
            "extension": EXTENSION_SUFFIXES,
        },
        "builtin": sorted(sys.builtin_module_names),
        "has_zlib": importlib.util.find_spec("zlib") is not None,
        "machine": platform.machine(),
        "platform": sys.platform,
        "libc": libc(),
        "config": {name: sysconfig.get_config_var(name) for name in CONFIG_VARS},
    }


if __name__ == "__main__":
    json.dump(describe(), sys.stdout, indent=1, sort_keys=True)
