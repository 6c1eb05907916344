"""Rebuilding: what both builds of `verify` share with the user's cache."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from oxidize.cli.rebuilding import share
from oxidize.distributions.catalogue import Row
from oxidize.executor.catalogues import add_rows
from oxidize.executor.store import Store


def test_archives_are_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive of the catalogue that the cache has is where fetching looks first; what several
    rows name is there once, and what isn't in the cache is left to be fetched."""
    user, own = tmp_path / "user", tmp_path / "own"
    monkeypatch.setenv("OXIDIZE_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("OXIDIZE_CACHE_DIR", str(tmp_path / "cache"))
    here = Store(user).put_bytes(b"archive").hash
    tags = {"one": here, "two": here, "three": "0" * 64}
    rows = [Row(tag, "x", "3.13.1", "lto", "https://x/y/z", each) for tag, each in tags.items()]
    add_rows(rows, os.environ)
    share(user, own)
    (copied,) = (own / "tools" / "archives").iterdir()
    assert (copied.name, copied.read_bytes()) == (here, b"archive")
