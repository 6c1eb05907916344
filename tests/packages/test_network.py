"""The settings that reach uv, and those that don't."""

from __future__ import annotations

from oxidize.packages.network import network_environment, place_flags, variables_in
from oxidize.packages.places import Access, Locations


def test_passed() -> None:
    """Proxies, certificates, indexes, netrc and keyrings reach uv; what would choose, doesn't."""
    reach = {
        "HTTPS_PROXY": "p",
        "no_proxy": "n",
        "SSL_CERT_FILE": "c",
        "NETRC": "n",
        "HOME": "/home",
        "UV_INDEX": "i",
        "UV_INDEX_MINE_PASSWORD": "w",
        "UV_KEYRING_PROVIDER": "subprocess",
    }
    others = {"UV_NO_VERIFY_HASHES": "1", "UV_OVERRIDE": "x", "UV_PYTHON": "y", "PYTHONPATH": "z"}
    assert network_environment({**reach, **others}, Locations(), False) == reach


def test_settings_for_pip() -> None:
    """Settings that were made for pip serve, unless there are uv's own."""
    pip = {"PIP_INDEX_URL": "a", "PIP_FIND_LINKS": "b c", "PIP_CERT": "d", "PIP_PROXY": "e"}
    assert network_environment(pip, Locations(), False) == {
        "UV_DEFAULT_INDEX": "a",
        "UV_FIND_LINKS": "b,c",
        "SSL_CERT_FILE": "d",
        "ALL_PROXY": "e",
    }
    both = {"PIP_INDEX_URL": "a", "UV_DEFAULT_INDEX": "b"}
    assert network_environment(both, Locations(), False) == {"UV_DEFAULT_INDEX": "b"}


def test_the_build_file_comes_first() -> None:
    """Indexes of the build file win over the user's, and may name variables."""
    places = Locations("https://${WHO}@one.invalid", ("two",), ("https://links.invalid", "/wheels"))
    environ = {"WHO": "me", "UV_INDEX_URL": "x", "UV_INDEX": "y", "UV_FIND_LINKS": "z"}
    assert network_environment(environ, places, True) == {
        "UV_DEFAULT_INDEX": "https://me@one.invalid",
        "UV_INDEX": "two y",
        "UV_FIND_LINKS": "https://links.invalid,z",
        "UV_OFFLINE": "1",
    }


def test_what_may_be_seen() -> None:
    """Folders are arguments; URLs, which may hold passwords, never are."""
    places = Locations("https://me:pw@one.invalid", (), ("https://links.invalid", "/a"), True)
    access = Access(places, offline=True, wheelhouse=("/b",))
    assert place_flags(access) == ["--find-links=/b", "--find-links=/a", "--no-index", "--offline"]


def test_variables() -> None:
    """Only variables that texts name are passed."""
    assert variables_in(["a @ https://${TOKEN}@x", "${GONE}"], {"TOKEN": "t", "MORE": "m"}) == {
        "TOKEN": "t"
    }
