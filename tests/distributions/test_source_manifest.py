"""Manifests of sources: which ones builds take, and which documents are none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from oxidize.distributions.recipes.libraries import LIBRARIES
from oxidize.distributions.source_manifest import (
    BadManifest,
    read_source_manifest,
    shipped_text,
)

KNOWN = tuple(LIBRARIES)


def row(name: str, version: str, **changes: Any) -> dict[str, Any]:
    usual = {"sha256": "0" * 64, "file": f"{name}.tar.gz", "urls": ["https://example.org/a"]}
    return {"name": name, "version": version, **usual, **changes}


def document(*rows: dict[str, Any]) -> str:
    return json.dumps({"format": 1, "sources": rows})


def test_choice() -> None:
    """The newest that is meant is taken, by number."""
    rows = (
        row("cpython", "3.13.9"),
        row("cpython", "3.13.10"),
        row("cpython", "3.1.5"),
        row("zlib", "1.2.13"),
        row("zlib", "1.3"),
    )
    manifest = read_source_manifest(document(*rows), KNOWN)
    found = [manifest.python(version) for version in ("3.13", "3.13.9", "3.1", "3.14", "3")]
    assert [each and each.version for each in found] == [
        "3.13.10",
        "3.13.9",
        "3.1.5",
        None,
        "3.13.10",
    ]
    assert manifest.libraries()["zlib"].version == "1.3"
    assert manifest.python_versions() == ["3.1.5", "3.13.9", "3.13.10"]


def test_shipped() -> None:
    """The one that comes along has all libraries that there are recipes for, over https only."""
    manifest = read_source_manifest(shipped_text(), KNOWN)
    assert {*manifest.libraries()} == {*KNOWN}
    assert manifest.python("3.11")
    assert manifest.python("3.13")
    assert all(url.startswith("https:") for each in manifest.sources for url in each.urls)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "it isn't JSON"),
        ('{"format": 2, "sources": []}', 'an object with "format": 1'),
        ('{"format": 1}', 'no list "sources"'),
        ('{"format": 1, "sources": [{"name": "zlib"}]}', "sources[0] hasn't the members name, ver"),
        (document(row("zlip", "1")), 'sources[0].name "zlip" isn\'t one of cpython, bzip2'),
        (document(row("zlib", "1"), row("zlib", "1")), "zlib 1 is in it twice"),
        (document(row("zlib", "one")), "sources[0].version isn't like"),
        (document(row("zlib", "1", sha256="0")), "sources[0].sha256 isn't 64 hexadecimal"),
        (document(row("zlib", "1", file="../a")), "sources[0].file isn't a file's name"),
        (document(row("zlib", "1", urls="a")), "sources[0].urls isn't a list of URLs"),
        (document(row("zlib", "1", urls=["ftp://a"])), "sources[0].urls isn't a list of URLs"),
    ],
)
def test_no_manifest(text: str, message: str) -> None:
    """What isn't a manifest is refused, and why."""
    with pytest.raises(BadManifest) as caught:
        read_source_manifest(text, KNOWN)
    assert message in str(caught.value)
