"""What the recipe of CPython has of its own for macOS, where libpython is a shared library.

CPython expects to be configured on a Mac with Apple's headers and frameworks. The compiler has most
of these headers, and no frameworks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from oxidize.distributions.recipes.recipe import Edit
from oxidize.distributions.recipes.target import MACOS, RecipeTarget

# Extension modules that are left out, and why.
NEVER: Mapping[str, str] = {
    "_scproxy": "it needs a framework of macOS that the compiler hasn't: proxies are those of the "
    "environment",
}
# The release of Darwin that the oldest macOS has: what that lacks isn't looked for.
_RELEASE = "20.6.0"
# Functions that the compiler's list of libSystem has, and the oldest macOS hasn't.
_TOO_NEW = ("dup3", "mkfifoat", "mknodat", "pipe2")


def options() -> Iterator[str]:
    """Arguments of configure."""
    yield from ("--enable-shared", "--without-static-libpython")
    # Of the target: configure knows few systems that it is not on.
    yield from ("MACHDEP=darwin", "ac_sys_system=Darwin", f"ac_sys_release={_RELEASE}")
    yield f"MACOSX_DEPLOYMENT_TARGET={MACOS}"
    yield from (f"ac_cv_func_{each}=no" for each in _TOO_NEW)
    # macOS has one that always fails.
    yield "ac_cv_broken_sem_getvalue=yes"
    # The library of the manifest is taken for the system's own, which is older.
    yield "ac_cv_lib_ffi_ffi_call=no"


def edits(target: RecipeTarget) -> Iterator[Edit]:
    """Changes of CPython's sources."""
    yield Edit(
        "configure",
        '_PYTHON_HOST_PLATFORM="$MACHDEP${_host_ident:+-$_host_ident}"',
        f'_PYTHON_HOST_PLATFORM="{target.platform_tag}"',
    )
    yield Edit(
        "configure",
        "\t*-*-vxworks*)\n\t\t_host_ident=$host_cpu\n",
        "\t*-*-vxworks* | *-apple-darwin*)\n\t\t_host_ident=$host_cpu\n",
    )
    # Nothing needs it that is built here.
    yield Edit("configure", '\tLIBS="$LIBS -framework CoreFoundation"\n', "\t:\n")
    yield Edit(
        "configure",
        'LINKFORSHARED="$extra_undefs -framework CoreFoundation"',
        'LINKFORSHARED="-Wl,-rpath,@executable_path/../lib"',
    )
    yield from _library_edits()
    yield Edit(
        "Lib/urllib/request.py",
        "    from _scproxy import _get_proxy_settings, _get_proxies\n",
        _NO_PROXIES,
    )


_NO_PROXIES = """\
    # Without that extension module, there are the proxies of the environment.
    def _get_proxy_settings():
        return {'exclude_simple': False}

    def _get_proxies():
        return {}
"""


def _library_edits() -> Iterator[Edit]:
    """How libpython is linked: with the libraries of extension modules, and with nothing open."""
    old = (
        "-undefined dynamic_lookup -Wl,-install_name,$(prefix)/lib/libpython$(LDVERSION).dylib "
        "-Wl,-compatibility_version,$(VERSION) -Wl,-current_version,$(VERSION) "
        "-o $@ $(LIBRARY_OBJS)"
    )
    new = (
        "-Wl,-install_name,@rpath/libpython$(LDVERSION).dylib "
        "-Wl,-compatibility_version,$(VERSION).0 -Wl,-current_version,$(VERSION).0 "
        "-o $@ $(LIBRARY_OBJS) $(MODLIBS)"
    )
    yield Edit("Makefile.pre.in", old, new)
    # The header that declares them is none of the compiler's.
    yield Edit(
        "Modules/posixmodule.c",
        "#elif defined(HAVE_UTIL_H)\n#include <util.h>\n",
        "#else\n"
        "extern int openpty(int *, int *, char *, struct termios *, struct winsize *);\n"
        "extern pid_t forkpty(int *, char *, struct termios *, struct winsize *);\n"
        "extern int login_tty(int);\n",
    )
