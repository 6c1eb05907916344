"""Redaction: what is told, or kept, must not hold the credentials that a command was given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_SECRET_NAME = re.compile(r"PASS|PWD|PW$|TOKEN|SECRET", re.IGNORECASE)
# The second form: a password with a slash in it, which isn't a URL, but still a password.
_USER_INFO = re.compile(r'(?<=://)(?:[^/\s"]*@|[^/\s:"]*:(?!\d*/)[^\s"@]*@)')
# Shorter values would blot out ordinary words.
_SHORTEST = 4
# As a password it says that the user's name is a token.
_NO_PASSWORDS = ("", "x-oauth-basic")


def redacted(text: str, private: Mapping[str, str]) -> str:
    """The text without credentials: those in URLs, and values of variables named for secrets."""
    named = (value for name, value in private.items() if _SECRET_NAME.search(name))
    return without_credentials(without_values(text, named))


def shown_variable(name: str, value: str, private: Mapping[str, str]) -> str:
    """The value of a variable, without any part of it that may be a credential."""
    if _SECRET_NAME.search(name) or name.endswith("_USERNAME"):
        return "****"
    return bare(redacted(value, private))


def without_values(text: str, secrets: Iterable[str]) -> str:
    """The text without these values."""
    for value in secrets:
        if len(value) >= _SHORTEST:
            text = text.replace(value, "****")
    return text


def without_credentials(text: str) -> str:
    """The text without credentials in URLs; names of variables in their place stay."""
    if "://" not in text:
        return text
    return _USER_INFO.sub(lambda found: "****@" if _is_secret(found[0][:-1]) else found[0], text)


def all_without_credentials(value: object) -> object:
    """The same for all texts in what JSON can hold."""
    if isinstance(value, str):
        return without_credentials(value)
    if isinstance(value, dict):
        return {name: all_without_credentials(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [all_without_credentials(each) for each in value]
    return value


def has_credentials(text: str) -> bool:
    """Whether a URL in the text has a user or a password that isn't the name of a variable."""
    return any(_is_secret(found[0][:-1]) for found in _USER_INFO.finditer(text))


def blotted(line: str) -> str:
    """A line of a build file without credentials, everything else staying in its column."""

    def blot(found: re.Match[str]) -> str:
        return "*" * (len(found[0]) - 1) + "@" if _is_secret(found[0][:-1]) else found[0]

    return _USER_INFO.sub(blot, line)


def bare(url: str) -> str:
    """A URL without a user and a password."""
    return _USER_INFO.sub("", url)


def _is_secret(user_info: str) -> bool:
    user, _, password = user_info.partition(":")
    told = user if password in _NO_PASSWORDS else password
    return bool(told) and VARIABLE.fullmatch(told) is None
