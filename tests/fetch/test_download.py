"""Downloads: from a real server on loopback, which fails in all ways."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from oxidize.errors import BuildFileError, Diagnostic, EnvironmentProblem, OxidizeError
from oxidize.fetch.download import Remote, download, fetch_text
from tests.fetch.server import Answer, serving

DATA = bytes(range(256)) * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()


def fetched(url: str, target: Path, environ: Mapping[str, str] | None = None) -> list[float]:
    """Downloads what must be DATA; the pauses that were made."""
    pauses: list[float] = []
    download(Remote(url, SHA256), target, environ or {}, pause=pauses.append)
    assert target.read_bytes() == DATA
    return pauses


def refused(
    kind: type[OxidizeError], url: str, target: Path, environ: Mapping[str, str] | None = None
) -> Diagnostic:
    """What is told of a download that fails; nothing may be left of it."""
    with pytest.raises(kind) as caught:
        download(Remote(url, SHA256), target, environ or {}, pause=lambda seconds: None)
    assert not target.exists()
    return caught.value.diagnostic


def test_a_file_of_this_machine(tmp_path: Path) -> None:
    """A file: URL, with blanks and other characters, is copied."""
    (tmp_path / "a b ü").write_bytes(DATA)
    fetched((tmp_path / "a b ü").as_uri(), tmp_path / "target")
    assert "No such file" in refused(BuildFileError, "file:///nothing", tmp_path / "x").message


def test_progress(tmp_path: Path) -> None:
    """Progress tells how much is there, and of how much."""
    seen: list[tuple[int, int | None]] = []
    with serving(Answer(body=DATA)) as server:
        target = tmp_path / "target"
        download(Remote(server.url, SHA256), target, {}, lambda *told: seen.append(told))
    assert seen[-1] == (len(DATA), len(DATA))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_redirects(tmp_path: Path) -> None:
    """Redirects are followed, and a circle of them is an error, not an endless loop."""
    there = Answer(302, headers={"Location": "/there"})
    with serving(there, Answer(body=DATA)) as server:
        fetched(f"{server.url}/here", tmp_path / "target")
        assert [path for path, _ in server.requests] == ["/here", "/there"]
    with serving(there) as server:
        assert "circle" in refused(BuildFileError, server.url, tmp_path / "x").message


def test_a_redirect_to_a_file(tmp_path: Path) -> None:
    """A server can't make us read files of this machine."""
    (tmp_path / "data").write_bytes(DATA)
    there = Answer(302, headers={"Location": (tmp_path / "data").as_uri()})
    with serving(there) as server:
        refused(BuildFileError, server.url, tmp_path / "x")


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_what_may_go_better(status: int, tmp_path: Path) -> None:
    """A server in trouble is asked again, after the pause that it wishes."""
    busy = Answer(status, headers={"Retry-After": "3"})
    with serving(busy, Answer(status), Answer(body=DATA)) as server:
        pauses = fetched(server.url, tmp_path / "target")
    assert pauses[0] == 3
    assert len(pauses) == 2


def test_a_broken_connection_is_resumed(tmp_path: Path) -> None:
    """After a connection breaks, only the rest is asked for."""
    half = len(DATA) // 2
    with serving(Answer(body=DATA, cut=half), Answer(206, DATA[half:])) as server:
        fetched(server.url, tmp_path / "target")
        assert server.requests[1][1]["Range"] == f"bytes={half}-"


def test_a_server_that_cannot_resume(tmp_path: Path) -> None:
    """A server that sends all of it again, or knows no ranges, is fine too."""
    broken = Answer(body=DATA, cut=1000)
    for second in ([], [Answer(416)]):
        with serving(broken, *second, Answer(body=DATA)) as server:
            fetched(server.url, tmp_path / f"target{len(second)}")


def test_giving_up(tmp_path: Path) -> None:
    """After four attempts it is an error of the surroundings, with what went wrong."""
    with serving(Answer(503)) as server:
        told = refused(EnvironmentProblem, server.url, tmp_path / "x")
        assert len(server.requests) == 4
    assert told.code == "OX0130"
    assert told.notes == ("HTTP status 503",)


def test_a_name_without_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose name has no address, as where there is no network, is asked for once more
    only."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    pauses: list[float] = []
    with pytest.raises(EnvironmentProblem, match="can't fetch"):
        remote = Remote("http://nowhere.invalid/file", SHA256)
        download(remote, tmp_path / "target", {}, pause=pauses.append)
    assert len(pauses) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_such_file(status: int, tmp_path: Path) -> None:
    """What the server hasn't, or doesn't give, isn't asked for again."""
    with serving(Answer(status, b"sorry")) as server:
        told = refused(BuildFileError, server.url, tmp_path / "x")
        assert len(server.requests) == 1
    assert told.code == "OX0131"
    assert f"HTTP status {status}" in told.message


def test_another_file(tmp_path: Path) -> None:
    """A file with another hash is removed, and both hashes are told."""
    with serving(Answer(body=b"other")) as server:
        told = refused(BuildFileError, server.url, tmp_path / "x")
    assert told.code == "OX0132"
    assert hashlib.sha256(b"other").hexdigest() in told.notes[0]
    assert SHA256 in told.notes[1]


def test_credentials(tmp_path: Path) -> None:
    """A variable in the URL gives the password, which no message repeats."""
    environ = {"TOKEN": "hunter2222"}
    with serving(Answer(body=DATA)) as server:
        url = server.url.replace("//", "//me:${TOKEN}@")
        fetched(url, tmp_path / "target", environ)
        known = base64.b64encode(b"me:hunter2222").decode()
        assert server.requests[0][1]["Authorization"] == f"Basic {known}"
        assert "TOKEN" in refused(BuildFileError, url, tmp_path / "x").message
    for answer in (Answer(503), Answer(404), Answer(302, headers={"Location": "ftp://x"})):
        with serving(answer) as server:
            url = server.url.replace("//", "//me:${TOKEN}@")
            assert "hunter" not in str(refused(OxidizeError, url, tmp_path / "x", environ))


def test_a_proxy_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy that the environment names is asked."""
    with serving(Answer(body=DATA)) as server:
        monkeypatch.setenv("http_proxy", server.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        fetched("http://nowhere.invalid/file", tmp_path / "target")
        assert server.requests[0][0] == "http://nowhere.invalid/file"


@pytest.mark.parametrize(("name", "value"), [("http_proxy", "odd://x"), ("SSL_CERT_FILE", "/no")])
def test_a_broken_environment(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy or a certificate that can't be is an error of the surroundings, and no bug."""
    monkeypatch.setenv(name, value)
    assert refused(EnvironmentProblem, "http://127.0.0.1:9/x", tmp_path / "x").code == "OX0130"


def test_a_part_that_is_kept(tmp_path: Path) -> None:
    """What arrived before the connection broke for good is where the next download goes on."""
    partial, target = tmp_path / "parts" / "part", tmp_path / "target"
    cut = Answer(body=DATA, cut=100_000)
    with serving(cut, Answer(503)) as server:
        remote = Remote(server.url, SHA256)
        with pytest.raises(EnvironmentProblem):
            download(remote, target, {}, pause=lambda seconds: None, partial=partial)
    kept = partial.stat().st_size
    assert 0 < kept < len(DATA)
    with serving(Answer(206, DATA[kept:])) as server:
        download(Remote(server.url, SHA256), target, {}, partial=partial)
        assert server.requests[0][1]["Range"] == f"bytes={kept}-"
    assert target.read_bytes() == DATA
    assert not partial.exists()


def test_a_part_of_something_else(tmp_path: Path) -> None:
    """A part that turns out to be damaged is fetched from its start; another file is an error."""
    partial, target = tmp_path / "part", tmp_path / "target"
    partial.write_bytes(b"?" * 1000)
    with serving(Answer(206, DATA[1000:]), Answer(200, DATA)) as server:
        download(Remote(server.url, SHA256), target, {}, partial=partial)
    assert target.read_bytes() == DATA
    with serving(Answer(200, b"other")) as server, pytest.raises(BuildFileError):
        download(Remote(server.url, SHA256), tmp_path / "other", {}, partial=partial)
    assert not partial.exists()


def test_texts(tmp_path: Path) -> None:
    """A text that nothing pins comes from this machine or by https, and is one."""
    (tmp_path / "sums").write_bytes("ü".encode())
    assert fetch_text((tmp_path / "sums").as_uri(), {}) == "ü"
    with serving(Answer(body=b"text")) as server:
        assert fetch_text(server.url, {}) == "text"
    (tmp_path / "sums").write_bytes(b"\xff")
    with pytest.raises(BuildFileError, match="it isn't text"):
        fetch_text((tmp_path / "sums").as_uri(), {})
    for url in ("http://example.org/sums", "http://127.0.0.1:80@example.org/sums"):
        with pytest.raises(BuildFileError, match="fetched by https only"):
            fetch_text(url, {})
