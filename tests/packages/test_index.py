"""Private indexes: credentials reach them, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from oxidize.errors import ActionError, UsageError
from tests.packages import wheels
from tests.packages.index import PASSWORD, USER, index
from tests.packages.space import Packages, actions


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


def test_literal_in_an_index(space: Packages) -> None:
    """What is shown of a call never is one of its options, which may hold a password."""
    lock = 'version = 1\nrequires-python = ">=3.11"\n[[package]]\nname = "p"\n'
    rows = 'source = { virtual = "." }\ndependencies = [{ name = "alpha" }]\n'
    (space.root / "uv.lock").write_text(lock + rows)
    url = f"--index-url=http://{USER}:{PASSWORD}@127.0.0.1:9/simple"
    space.wants_calls(f"pip_install({json.dumps(['-r', 'uv.lock', url])})")
    made = space.session().analyze(["app"])["app"].files["app"]
    labels = [each.label for each in actions(made)]
    assert any("uv.lock" in label for label in labels)
    assert not any(PASSWORD in label for label in labels)


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


@pytest.mark.parametrize("fails", [False, True])
def test_direct_url(
    space: Packages, host: str, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    """The lock names the variable of a direct URL's password; its value is kept and told nowhere,
    also when the URL is that of a constraint, and when installing fails."""
    monkeypatch.setenv("MYCODE", PASSWORD)
    url = f"http://{USER}:${{MYCODE}}@{host}/simple/alpha/alpha-1.0-py3-none-any.whl"
    (space.root / "limits.txt").write_text(f"alpha @ {url}\n")
    for args in ([f"alpha @ {url}"], ["alpha", "-c", "limits.txt"]):
        space.build_file.clear()
        space.wants_calls(f"pip_install({json.dumps(args)})")
        space.lock()
        (package,) = space.section().packages
        assert package.url == url
        if fails:
            text = space.lock_file.read_text().replace(package.sha256[0], "0" * 64)
            space.lock_file.write_text(text)
            with pytest.raises(ActionError) as caught:
                space.installed(space.session())
            assert PASSWORD not in caught.value.output + str(caught.value.diagnostic)
        else:
            assert "alpha.py" in space.installed(space.session())
        check_nothing_is_told(space)
    with pytest.raises(UsageError) as refused:
        space.build_file.append("# \n")
        space.wants_calls(f"pip_install({json.dumps([f'alpha @ {url}#x'])})", "other")
        space.lock(locked=True)
    assert PASSWORD not in str(refused.value.diagnostic)


def test_variable_elsewhere_in_a_url(
    space: Packages, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What uv says of a URL that can't be fetched doesn't tell the value of its variable."""
    monkeypatch.setenv("MYCODE", "sesame4444")
    space.wants_calls(f'pip_install(["alpha @ http://{host}/x/alpha-1.0.zip?key=${{MYCODE}}"])')
    with pytest.raises(ActionError) as caught:
        space.lock()
    assert "401" in caught.value.output
    assert "sesame4444" not in caught.value.output + str(caught.value.diagnostic)


def test_url_of_a_package(space: Packages, host: str, tmp_path: Path) -> None:
    """Credentials in a URL by which a package needs another one don't get into the lock."""
    url = f"http://{USER}:{PASSWORD}@{host}/simple/alpha/alpha-1.0-py3-none-any.whl"
    wheels.make_project(space.root / "mine", "mine", requires=[f"alpha @ {url}"])
    space.wants_calls('pip_install(["./mine"])')
    space.lock()
    assert space.section().packages[0].url == url.replace(f"{USER}:{PASSWORD}@", "")
    assert PASSWORD not in space.lock_file.read_text()
