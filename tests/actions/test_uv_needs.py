"""What uv, and the back ends that it runs, find of a machine: no less than they need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from oxidize.actions.kind import Needs
from oxidize.actions.uv_needs import needs_of_uv
from oxidize.distributions import probe
from oxidize.distributions.host import Probe
from oxidize.packages.places import Access, Locations


@pytest.fixture(scope="module")
def python() -> Probe:
    """The CPython of these tests."""
    argv = [sys.executable, "-I", "-S", probe.__file__]
    return Probe(json.loads(subprocess.check_output(argv)))


def needs(
    python: Probe, access: Access, *texts: str, cache: Path = Path("/cache"), **env: str
) -> Needs:
    environ = {"HOME": "/home/me", "PATH": "/usr/bin", **env}
    return needs_of_uv(access, python.places(), cache, environ, texts)


def read(found: Needs) -> set[str]:
    return set(map(str, found.read))


def test_network(python: Probe) -> None:
    """With --offline not even uv has a network."""
    assert needs(python, Access()).network
    assert not needs(python, Access(offline=True)).network


def test_settings(python: Probe) -> None:
    """Settings of the network are there; the rest of a home isn't, unless a keyring is asked."""
    found = read(needs(python, Access(), SSL_CERT_FILE="/my/ca.pem", XDG_CONFIG_HOME="/my/config"))
    assert {"/home/me/.netrc", "/home/me/.config/uv", "/my/ca.pem", "/my/config/uv"} <= found
    assert not {"/home/me", "/my/config", "/home/me/.ssh"} & found
    assert "/home/me" in read(needs(python, Access(), UV_KEYRING_PROVIDER="subprocess"))
    assert "/home/me/.ssh" in read(needs(python, Access(), "a @ git+ssh://git@a.invalid/a"))


def test_indexes(python: Probe, tmp_path: Path) -> None:
    """Folders of packages are there, whoever names them."""
    (tmp_path / "uv.toml").write_text(
        'find-links = ["house"]\n[[index]]\nurl = "file:///an/index"\n'
    )
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text('[tool.uv.pip]\nextra-index-url = ["../other"]\n')
    locations = Locations(find_links=("/links", "https://a.invalid/links"))
    access = Access(locations, wheelhouse=("/wheelhouse",), folder=str(inner))
    one, two = "/one,/two", "own=file:///three https://a.invalid"
    wheel = "a @ file:///a/a%20b.whl"
    found = read(needs(python, access, wheel, UV_FIND_LINKS=one, UV_INDEX=two))
    named = {"/links", "/wheelhouse", "/one", "/two", "/three", "/an/index", "/a/a b.whl"}
    assert named <= found
    assert {str(tmp_path / "house"), str(inner / "../other"), str(tmp_path / "uv.toml")} <= found
    assert str(tmp_path) not in found
    assert not any("a.invalid" in each for each in found)


def test_toolchains(python: Probe) -> None:
    """Compilers on PATH are there, and Rust's, which lives in a home and has a cache there."""
    found = needs(python, Access(), PATH="/my/tools:/home/me/.cargo/bin:relative")
    assert {"/my/tools", "/home/me/.rustup"} <= read(found)
    assert "relative" not in read(found)
    assert "/home/me/.cargo" in map(str, found.write)


def test_shared_cache(python: Probe, tmp_path: Path) -> None:
    """With a cache that shares parts with another one, uv runs without a sandbox."""
    assert not needs(python, Access(), cache=tmp_path).machine
    (tmp_path / "part").symlink_to("/other/part")
    assert needs(python, Access(), cache=tmp_path).machine
