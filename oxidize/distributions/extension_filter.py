"""The extension module filter: which of a distribution's extension modules a program takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from oxidize.distributions.description import Extension

ExtensionFilter = Literal["all", "minimal", "no-libraries", "no-copyleft"]

# Libraries under licences that ask something of what is linked with them.
_COPYLEFT = {
    "libreadline": "GPL-3.0-or-later",
    "libhistory": "GPL-3.0-or-later",
    "libgdbm": "GPL-3.0-or-later",
    "libgdbm_compat": "GPL-3.0-or-later",
    "libdb": "AGPL-3.0-only OR Sleepycat",
    "libcrypt": "LGPL-2.1-or-later",
    "libnsl": "LGPL-2.1-or-later",
}


def passes(extension: Extension, wanted: str) -> bool:
    """Whether a filter lets a shared extension module through.

    An interpreter starts without any: what it needs for that is built in.
    """
    if wanted == "minimal":
        return False
    if wanted == "no-libraries":
        return not extension.libraries
    if wanted == "no-copyleft":
        return not any(_plain(library) in _COPYLEFT for library in extension.libraries)
    return True


def _plain(library: str) -> str:
    """`lib/libdb-5.3.so` -> `libdb`."""
    return re.split(r"[-.]", library.rpartition("/")[2])[0]
