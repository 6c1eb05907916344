"""Private indexes: credentials reach them, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from oxidize.errors import ActionError
from tests.packages import wheels
from tests.packages.index import PASSWORD, USER, index
from tests.packages.space import Packages


@pytest.fixture
def host(tmp_path: Path) -> Iterator[str]:
    """An index that has `alpha`."""
    wheel = wheels.make_wheel(tmp_path / "made", "alpha", "1.0")
    with index(tmp_path / "served", wheel) as address:
        yield address


def wants(space: Packages, url: str) -> None:
    space.wants_calls(f"pip_install({json.dumps(['--index-url', url, 'alpha'])})")


def check_nothing_is_told(space: Packages) -> None:
    for path in (*space.cache.rglob("*"), space.lock_file):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes(), path


def test_variable_in_the_url(space: Packages, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password in a variable that the URL names opens the index, and is kept nowhere."""
    monkeypatch.setenv("INDEX_TOKEN", PASSWORD)
    wants(space, f"http://{USER}:${{INDEX_TOKEN}}@{host}/simple")
    assert "alpha.py" in space.install()
    assert host not in space.lock_file.read_text()
    check_nothing_is_told(space)


def test_netrc(space: Packages, host: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A password in .netrc opens the index, too."""
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login {USER} password {PASSWORD}\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    wants(space, f"http://{host}/simple")
    assert "alpha.py" in space.install()
    check_nothing_is_told(space)


def test_index_of_the_environment(
    space: Packages, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index that only the environment names serves a build file that names none."""
    monkeypatch.setenv("PIP_INDEX_URL", f"http://{USER}:{PASSWORD}@{host}/simple")
    space.wants_calls('pip_install(["alpha"])')
    assert "alpha.py" in space.install()
    check_nothing_is_told(space)


def test_no_password(space: Packages, host: str) -> None:
    """Without a password the error says that the index refused."""
    wants(space, f"http://{host}/simple")
    with pytest.raises(ActionError) as caught:
        space.lock()
    assert "401" in caught.value.output


def test_another_index_installs_the_same(space: Packages, host: str) -> None:
    """What was locked from one place is installed from another without locking again."""
    space.wheel("alpha", "1.0")
    space.wants("alpha")
    space.lock()
    space.build_file.clear()
    wants(space, f"http://{USER}:{PASSWORD}@{host}/simple")
    assert space.lock() == 0
    assert "alpha.py" in space.installed(space.session())
