"""Programs that tests run, built once per worker and CPython version."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import pythons
from tests.e2e.reconfigured import Reconfigurable
from tests.e2e.signing_keys import Certificates, Gpg
from tests.e2e.space import Space


@pytest.fixture
def space(tmp_path: Path, shared_cache: Path) -> Space:
    """An empty project."""
    root = tmp_path / "project"
    root.mkdir()
    return Space(root, shared_cache)


@pytest.fixture(params=pythons.MINORS)
def minor(request: pytest.FixtureRequest) -> str:
    """Each CPython version."""
    return str(request.param)


@pytest.fixture
def probe(minor: str, probes: Callable[[str], Path]) -> Path:
    """The program, for each CPython version."""
    return probes(minor)


@pytest.fixture(scope="session")
def reconfigurable(probes: Callable[[str], Path]) -> Reconfigurable:
    """The program for one CPython, whose settings can be changed."""
    return Reconfigurable.of(probes("3.13"))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


@pytest.fixture
def root_only() -> None:
    """Skips where mounts can't be made."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        pythons.missing("unshare as root")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Keys of an issuer of the tests' own."""
    return Certificates.made(tmp_path_factory.mktemp("certificates") / "keys")


@pytest.fixture(scope="session")
def gpg(tmp_path_factory: pytest.TempPathFactory) -> Gpg:
    """A key of OpenPGP of the tests' own."""
    return Gpg.made(tmp_path_factory.mktemp("gpg") / "keys")
