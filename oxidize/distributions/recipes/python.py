"""The recipe of CPython: all extension modules built in for which there are libraries."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from oxidize.distributions.recipes.recipe import INSTALLED, JOBS, Edit, Keep, Recipe
from oxidize.distributions.recipes.target import RecipeTarget

# Versions whose recipe built what was run.
TRIED = ("3.11", "3.13")
# Extension module -> what it is linked with.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "_bz2": ("bzip2",),
    "_ctypes": ("libffi",),
    "_curses": ("ncurses",),
    "_curses_panel": ("ncurses",),
    "_hashlib": ("openssl",),
    "_lzma": ("xz",),
    "_sqlite3": ("sqlite",),
    "_ssl": ("openssl",),
    "_uuid": ("libuuid",),
    "readline": ("libedit", "ncurses"),
    "zlib": ("zlib",),
}
# Extension modules that are never built, and why.
NEVER: Mapping[str, str] = {
    "_crypt": "libcrypt is no part of the C library everywhere, and CPython has dropped it",
    "_dbm": "a library for it isn't among the sources",
    "_gdbm": "the licence of gdbm, GPL, would be that of all programs",
    "_tkinter": "Tcl and Tk need their script libraries, which distributions don't carry yet",
    "nis": "it needs the Kerberos libraries, and CPython has dropped it",
    "ossaudiodev": "the systems that had such devices are gone, and CPython has dropped it",
}
# The variables by which configure is told of libraries, in place of pkg-config.
_VARIABLES: Mapping[str, tuple[str, str]] = {
    "bzip2": ("BZIP2", "-lbz2"),
    "libedit": ("LIBEDIT", "-ledit -lncurses"),
    "libffi": ("LIBFFI", "-lffi"),
    "libuuid": ("LIBUUID", "-luuid"),
    "sqlite": ("LIBSQLITE3", "-lsqlite3"),
    "xz": ("LIBLZMA", "-llzma"),
    "zlib": ("ZLIB", "-lz"),
}
# What configure would find out by running programs.
_FOUND_OUT = (
    "ac_cv_aligned_required=no",
    "ac_cv_broken_sem_getvalue=no",
    "ac_cv_buggy_getaddrinfo=no",
    "ac_cv_file__dev_ptc=no",
    "ac_cv_file__dev_ptmx=yes",
    "ac_cv_pthread=yes",
    "ac_cv_working_tzset=yes",
    "cross_compiling=yes",
)


def absent_extensions(libraries: Collection[str]) -> Mapping[str, str]:
    """Extension modules that a build with those libraries doesn't have, and why."""
    absent = dict(NEVER)
    for name, needed in NEEDS.items():
        if lacking := [each for each in needed if each not in libraries]:
            absent[name] = f"the manifest of sources has no {lacking[0]}"
    return absent


def python_recipe(target: RecipeTarget, version: str, libraries: Collection[str]) -> Recipe:
    """CPython with those libraries."""
    minor = ".".join(version.split(".")[:2])
    lto = " -flto" if target.lto else ""
    environment = {
        "CFLAGS": f"-g0 -fPIC{lto}",
        "LDFLAGS": " ".join(_link_flags(target)) + lto,
        "PKG_CONFIG": "false",
        "READELF": ":",
        **dict(_library_variables(libraries)),
    }
    return Recipe(
        commands=(
            (*target.configure, *_options(target, minor, libraries)),
            ("make", f"-j{JOBS}"),
            # What compiles prints its help in place of compiling: archives have no bytecode.
            ("make", "install", f"DESTDIR={INSTALLED}", "COMPILEALL_OPTS=-h"),
        ),
        keep=tuple(_kept(minor)),
        licence="Python-2.0.1",
        licence_file="LICENSE",
        environment=environment,
        edits=tuple(_edits(target, minor)),
        libraries=tuple(sorted(libraries)),
    )


def _link_flags(target: RecipeTarget) -> Iterator[str]:
    if target.musl:
        yield "-static" if target.static else "-dynamic"


def _options(target: RecipeTarget, minor: str, libraries: Collection[str]) -> Iterator[str]:
    yield from ("--without-ensurepip", "--disable-test-modules", "MODULE_BUILDTYPE=static")
    yield "--with-readline=editline" if "libedit" in libraries else "--without-readline"
    if "openssl" in libraries:
        yield "--with-openssl=../libraries"
    if target.static:
        # Nothing is loaded, so nothing has to be exported for what is.
        yield "LINKFORSHARED= "
    if target.cross:
        yield f"--with-build-python=python{minor}"
        yield from _FOUND_OUT
    yield from (f"py_cv_module_{each}=n/a" for each in absent_extensions(libraries))


def _library_variables(libraries: Collection[str]) -> Iterator[tuple[str, str]]:
    # One that is set, and empty, is passed over.
    include = "-I../libraries/include"
    for name in sorted(libraries):
        if name in _VARIABLES:
            variable, flags = _VARIABLES[name]
            yield f"{variable}_CFLAGS", include
            yield f"{variable}_LIBS", flags
    if "ncurses" in libraries:
        yield from (("CURSES_CFLAGS", include), ("CURSES_LIBS", "-lncurses"))
        yield from (("PANEL_CFLAGS", include), ("PANEL_LIBS", "-lpanel"))


def _kept(minor: str) -> Iterator[Keep]:
    installed = "installed/install"
    yield Keep(installed, f"bin/python{minor}", "install")
    yield Keep(installed, f"include/python{minor}/**/*.h", "install")
    yield Keep(installed, f"lib/python{minor}/**/*", "install")
    yield Keep(installed, f"lib/libpython{minor}.a", "install")
    for pattern in ("Modules", "Objects", "Parser", "Python"):
        yield Keep("source", f"{pattern}/**/*.o", "build")
    yield Keep("source", "Modules/**/*.a", "build")
    yield Keep("source", "Programs/python.o", "build")
    yield Keep("source", "Modules/config.c", "build")
    yield Keep("source", "Modules/config.c.in", "build")
    yield Keep("source", "Modules/Setup*", "build")
    yield Keep("source", "Makefile", "build")


def _edits(target: RecipeTarget, minor: str) -> Iterator[Edit]:
    if target.musl and minor != "3.11":
        # It tells musl by what its own <stdarg.h> defines, and the compiler has another one.
        yield Edit("Misc/platform_triplet.c", "#  ifdef __DEFINED_va_list", "#  if 1")
    if target.static:
        yield Edit(
            "Lib/ctypes/__init__.py",
            "else:\n    pythonapi = PyDLL(None)\n",
            "else:\n    try:\n        pythonapi = PyDLL(None)\n    except OSError:\n"
            "        # A static program loads nothing, not even itself.\n"
            "        pythonapi = None\n",
        )
