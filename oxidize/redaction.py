"""Redaction: what a command prints must not tell the credentials that it was given."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SECRET_NAME = re.compile(r"PASSWORD|TOKEN|SECRET", re.IGNORECASE)
_USER_INFO = re.compile(r"(?<=://)[^/\s@]+@")
# Shorter values would blot out ordinary words.
_SHORTEST = 4


def redacted(text: str, private: Mapping[str, str]) -> str:
    """The text without credentials: those in URLs, and values of variables named for secrets."""
    if private:
        text = _USER_INFO.sub("****@", text)
    for name, value in private.items():
        if _SECRET_NAME.search(name) and len(value) >= _SHORTEST:
            text = text.replace(value, "****")
    return text


def blotted(line: str) -> str:
    """A line of a build file without credentials, everything else staying in its column."""
    return _USER_INFO.sub(lambda match: "*" * (len(match[0]) - 1) + "@", line)
