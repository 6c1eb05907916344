"""Subjects of certificates as Windows writes them, which msix packages name their publisher by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from zipfile import ZipFile

_ATTRIBUTE = re.compile(r'\s*([A-Za-z][A-Za-z0-9.]*)=("(?:[^"]|"")*"|[^,]*)(?:,|$)')
_PUBLISHER = re.compile(r'<Identity[^>]*\sPublisher="([^"]*)"')
_SPECIAL = re.compile(r'[",=+<>#;]|^ | $')
# What others call attributes that Windows has another name for.
_OTHER_NAMES = {"ST": "S", "EMAILADDRESS": "E", "1.2.840.113549.1.9.1": "E"}


def publisher_of(package: Path) -> str:
    """Who is to sign an msix package, as its manifest names them."""
    with ZipFile(package) as file:
        manifest = file.read("AppxManifest.xml").decode()
    found = _PUBLISHER.search(manifest)
    return unescape(found[1]) if found else ""


def is_subject(publisher: str, attributes: Sequence[tuple[str, str]]) -> bool:
    """Whether a publisher is the subject with these attributes, each a name and a value."""
    found = _ATTRIBUTE.findall(publisher)
    told = {(name.upper().removeprefix("OID."), _unquoted(value)) for name, value in found}
    return {_as_windows(*each) for each in told} == {_as_windows(*each) for each in attributes}


def written_subject(attributes: Sequence[tuple[str, str]]) -> str:
    """A subject in one line: "CN=Example, O=Example Ltd, C=GB"."""
    return ", ".join(f"{name}={quoted(value)}" for name, value in map(_named, attributes))


def quoted(value: str) -> str:
    """A value of an attribute: in quotes, where signs would mean something else."""
    return '"' + value.replace('"', '""') + '"' if _SPECIAL.search(value) else value


def _named(attribute: tuple[str, str]) -> tuple[str, str]:
    name, value = attribute
    return _OTHER_NAMES.get(name.upper(), name.upper()), value


def _as_windows(name: str, value: str) -> tuple[str, str]:
    # Windows compares names without minding case and spaces.
    return _named((name, " ".join(value.split()).casefold()))


def _unquoted(value: str) -> str:
    return value[1:-1].replace('""', '"') if value.startswith('"') else value
