"""The recipe of CPython: all extension modules built in for which there are libraries."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from oxidize.distributions.recipes import darwin
from oxidize.distributions.recipes.recipe import INSTALLED, JOBS, Edit, Keep, Recipe
from oxidize.distributions.recipes.target import RecipeTarget
from oxidize.distributions.standard_library import OMITTED

# Versions of which whole archives were built, and programs of them run.
TRIED = ("3.11", "3.13", "3.14")
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
_DROPPED = "and CPython has dropped it"
# Extension modules that are never built, and why; of versions up to 3.12, and from 3.14 on.
NEVER: Mapping[str, str] = {
    "_dbm": "a library for it isn't among the sources",
    "_gdbm": "the licence of gdbm, GPL, would be that of all programs",
    "_tkinter": OMITTED["_tkinter"],
}
_NEVER_UP_TO_3_12: Mapping[str, str] = {
    "_crypt": f"libcrypt is no part of the C library everywhere, {_DROPPED}",
    "nis": OMITTED["nis"],
    "ossaudiodev": f"systems don't have such devices any more, {_DROPPED}",
}
_NEVER_FROM_3_14: Mapping[str, str] = {"_zstd": "a library for it isn't among the sources"}
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
    "ac_cv_pthread_system_supported=yes",
    "ac_cv_working_tzset=yes",
    "cross_compiling=yes",
)
# Functions of musl that came after 1.2, which wheels expect.
_NEWER_THAN_MUSL = ("preadv2", "pthread_getname_np", "pwritev2")


def absent_extensions(
    target: RecipeTarget, minor: str, libraries: Collection[str]
) -> Mapping[str, str]:
    """Extension modules that a version built with those libraries doesn't have, and why."""
    number = int(minor.partition(".")[2])
    absent = {
        **NEVER,
        **(_NEVER_UP_TO_3_12 if number <= 12 else {}),
        **(_NEVER_FROM_3_14 if number >= 14 else {}),
        **(darwin.NEVER if target.darwin else {}),
    }
    here = {*libraries, *target.in_system}
    for name, needed in NEEDS.items():
        if lacking := [each for each in needed if each not in here]:
            absent[name] = _lacks(target, lacking[0])
    return absent


def _lacks(target: RecipeTarget, library: str) -> str:
    if library in target.without:
        return f"{library} can't be built for that system yet"
    return f"the manifest of sources has no {library}"


def python_recipe(target: RecipeTarget, minor: str, libraries: Collection[str]) -> Recipe:
    """CPython of a version such as "3.13", with those libraries."""
    lto = " -flto" if target.lto else ""
    environment = {
        "CFLAGS": f"-g0 -fPIC{lto}",
        # No C++ is compiled; configure would have zig build its standard library to try.
        "CXX": "cc",
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
        keep=tuple(_kept(target, minor)),
        licence="Python-2.0.1",
        licence_file="LICENSE",
        environment=environment,
        edits=tuple(_edits(target, minor, libraries)),
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
    if target.musl and not target.static:
        yield from (f"ac_cv_func_{each}=no" for each in _NEWER_THAN_MUSL)
    if target.static:
        # Nothing is loaded, so nothing has to be exported for what is.
        yield "LINKFORSHARED= "
    elif "sqlite" in libraries:
        yield "--enable-loadable-sqlite-extensions"
    if target.cross:
        yield f"--with-build-python=python{minor}"
        # Any compiler of today has them, and the interpreter is slower without.
        yield "--with-computed-gotos"
        yield from _FOUND_OUT
    if target.darwin:
        yield from darwin.options()
    yield from (f"py_cv_module_{each}=n/a" for each in absent_extensions(target, minor, libraries))


def _library_variables(libraries: Collection[str]) -> Iterator[tuple[str, str]]:
    # One that is set, and empty, is passed over.
    include = "-I../libraries/include"
    for name in sorted(libraries):
        if name in _VARIABLES:
            variable, flags = _VARIABLES[name]
            yield f"{variable}_CFLAGS", f"{include}/uuid" if name == "libuuid" else include
            yield f"{variable}_LIBS", flags
    if "ncurses" in libraries:
        yield from (("CURSES_CFLAGS", include), ("CURSES_LIBS", "-lncurses"))
        yield from (("PANEL_CFLAGS", include), ("PANEL_LIBS", "-lpanel"))


def _kept(target: RecipeTarget, minor: str) -> Iterator[Keep]:
    installed = "installed/install"
    yield Keep(installed, f"bin/python{minor}", "install")
    yield Keep(installed, f"include/python{minor}/**/*.h", "install")
    yield Keep(installed, f"lib/python{minor}/**/*", "install")
    yield Keep(installed, f"lib/libpython{minor}.{target.libpython}", "install")
    for pattern in ("Modules", "Objects", "Parser", "Python"):
        yield Keep("source", f"{pattern}/**/*.o", "build")
    yield Keep("source", "Modules/**/*.a", "build")
    yield Keep("source", "Programs/python.o", "build")
    yield Keep("source", "Modules/config.c", "build")
    yield Keep("source", "Modules/config.c.in", "build")
    yield Keep("source", "Modules/Setup*", "build")
    yield Keep("source", "Makefile", "build")


def _edits(target: RecipeTarget, minor: str, libraries: Collection[str]) -> Iterator[Edit]:
    if minor == "3.11":
        yield from _edits_of_3_11(target, libraries)
    elif target.musl:
        # It tells musl by what its own <stdarg.h> defines, and the compiler has another one.
        yield Edit("Misc/platform_triplet.c", "#  ifdef __DEFINED_va_list", "#  if 1")
    if target.darwin:
        yield from darwin.edits(target)
    if target.static:
        yield Edit(
            "Lib/ctypes/__init__.py",
            "else:\n    pythonapi = PyDLL(None)\n",
            "else:\n    try:\n        pythonapi = PyDLL(None)\n    except OSError:\n"
            "        # A static program loads nothing, not even itself.\n"
            "        pythonapi = None\n",
        )


# Extension modules that setup.py of 3.11 builds, as lines of Modules/Setup: with what they need.
_LINES: Mapping[str, str] = {
    "_ctypes": "_ctypes _ctypes/_ctypes.c _ctypes/callbacks.c _ctypes/callproc.c "
    "_ctypes/stgdict.c _ctypes/cfield.c -DHAVE_FFI_PREP_CIF_VAR -DHAVE_FFI_PREP_CLOSURE_LOC "
    "-DHAVE_FFI_CLOSURE_ALLOC -lffi",
    "_curses": "_curses _cursesmodule.c -DHAVE_NCURSESW -lncurses",
    "_curses_panel": "_curses_panel _curses_panel.c -DHAVE_NCURSESW -lpanel -lncurses",
    "readline": "readline readline.c -ledit -lncurses",
}


def _edits_of_3_11(target: RecipeTarget, libraries: Collection[str]) -> Iterator[Edit]:
    """Later versions build all extension modules as their table says; this one has it, too."""
    yield Edit(
        "configure",
        "    MODULES_SETUP_STDLIB=\n ;;",
        "    MODULES_SETUP_STDLIB=Modules/Setup.stdlib\n ;;",
    )
    yield Edit(
        "configure", '  case "$build_os" in\n  linux-musl', '  case "$host_os" in\n  linux-musl'
    )
    # A name that libedit has given up.
    hook = "on_completion_display_matches_hook"
    yield Edit("Modules/readline.c", f"(VFunction *){hook}", f"(rl_compdisp_func_t *){hook}")
    absent = absent_extensions(target, "3.11", libraries)
    lines = [line for name, line in _LINES.items() if name not in absent]
    table = ("*disabled*", " ".join(sorted(absent)), "*@MODULE_BUILDTYPE@*", *lines)
    yield Edit("Modules/Setup.stdlib.in", "\n*@MODULE_BUILDTYPE@*\n", "\n".join(("", *table, "")))
