"""Text of any language in packages for Windows Installer.

wixl ends at letters beyond Western Europe's, doesn't say which encoding a package is in, and leaves
out each $. So it reads names of such letters, and the package's tables, and its summary, get the
letters themselves.
"""

from __future__ import annotations

import re

_LETTER = re.compile(r"[^\x00-\x7f]|\$|_(?=_U)")
_NAME = re.compile(r"__U([0-9A-F]+)__")
UTF_8 = 65001
# The table that isn't one: importing it says how text is encoded from then on.
ENCODING = f"\r\n\r\n{UTF_8}\t_ForceCodepage\r\n"
# What has text of the product, or names of files.
TABLES = ("Property", "Directory", "File", "Registry", "Shortcut", "ServiceInstall")


def with_names(text: str) -> str:
    """With names instead of letters: "__U65E5__"."""
    return _LETTER.sub(lambda found: f"__U{ord(found[0]):X}__", text)


def with_letters(text: str) -> str:
    """What `with_names` was given."""
    return _NAME.sub(lambda found: chr(int(found[1], 16)), text)


def has_names(text: str) -> bool:
    """Whether `with_letters` would change it."""
    return bool(_NAME.search(text))
