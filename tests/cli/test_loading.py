"""Libraries from URLs: fetched when a build file needs them, by hash, and once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from oxidize.cli.main import main
from oxidize.executor.location import libraries_folder
from oxidize.fetch.download import Remote
from tests.fetch import archives
from tests.fetch.server import Answer, Server, serving

RULES = {
    "rules-1/rules.star": 'load("//private:text.star", "text")\n\ndef rule(name):\n'
    "    files = FileManifest()\n"
    "    files.add_file(FileContent(filename = name, content = text))\n"
    "    return files\n",
    "rules-1/private/text.star": 'text = "made by a rule\\n"\n',
}
BUILD = """
load("@rules//rules.star", "rule")
register_target("made", lambda: rule("made.txt"))
"""


@frozen
class Place:
    """A project, whose project file can name a library that a server has."""

    folder: Path
    remote: Remote
    server: Server

    def project_file(self, sha256: str = "", url: str = "") -> None:
        """Names the library; `sha256` is a mistaken one."""
        (self.folder / "oxidize.toml").write_text(
            f'[libraries.rules]\nurl = "{url or self.server.url}/rules.tar.gz"\n'
            f'sha256 = "{sha256 or self.remote.sha256}"\nstrip_prefix = "rules-1"\n'
        )

    def build(self, *arguments: str) -> int:
        """`oxidize build`; its exit code."""
        return main(["build", "--path", str(self.folder), *arguments])

    @property
    def made(self) -> list[str]:
        """What the target's files hold."""
        return [path.read_text() for path in self.folder.glob("build/*/debug/made/made.txt")]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A project whose library a server has, and an empty cache."""
    monkeypatch.setenv("OXIDIZE_CACHE_DIR", str(tmp_path / "cache"))
    remote = archives.library(tmp_path / "rules.tar.gz", RULES)
    body = (tmp_path / "rules.tar.gz").read_bytes()
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "build.star").write_text(BUILD)
    with serving(Answer(body=body)) as server:
        place = Place(folder, remote, server)
        place.project_file()
        yield place


def test_fetched_once(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """The first build fetches the library, saying so; later ones open no connection."""
    assert place.build() == 0
    assert place.made == ["made by a rule\n"]
    assert f"fetch @rules from {place.server.url}" in capsys.readouterr().err
    assert place.build() == 0
    assert place.build("--offline") == 0
    assert len(place.server.requests) == 1


def test_tests_load_libraries(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Tests load the libraries of the project file; what isn't there is fetched, unless offline."""
    text = 'load("@rules//rules.star", "rule")\ndef test_rule():\n    rule("made.txt")\n'
    (place.folder / "rule_test.star").write_text(text)
    given = ("test", "--path", str(place.folder))
    assert main([*given, "--offline"]) == 2
    assert "error[OX0122]" in capsys.readouterr().err
    assert place.server.requests == []
    assert main([*given]) == 0
    assert capsys.readouterr().out == "ok     //:rule_test.star test_rule\n1 passed, 0 failed\n"


def test_not_fetched_unless_loaded(place: Place) -> None:
    """A library that nothing loads isn't fetched."""
    (place.folder / "build.star").write_text('register_target("made", lambda: glob(["*.star"]))')
    assert place.build() == 0
    assert place.server.requests == []


def test_offline(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """With --offline, a library that the cache doesn't have is an error, and nothing is asked."""
    assert place.build("--offline") == 2
    assert "error[OX0122]" in capsys.readouterr().err
    assert main(["targets", "--names", "--offline", "--path", str(place.folder)]) == 2
    assert place.server.requests == []


def test_offline_from_a_file(place: Place, tmp_path: Path) -> None:
    """A library in a file of this machine is had without a connection."""
    place.project_file(url=tmp_path.as_uri())
    assert place.build("--offline") == 0
    assert place.server.requests == []


def test_another_hash(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """An archive that isn't the pinned one is an error at its line, and leaves nothing."""
    place.project_file(sha256="ab" * 32)
    assert place.build() == 2
    told = capsys.readouterr().err
    assert "error[OX0132]" in told
    assert "oxidize.toml:1:2" in told
    assert not libraries_folder(os.environ).exists()
    assert place.made == []


def test_a_bad_archive(place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An archive that would write elsewhere is refused, and nothing of it is kept."""
    bad = archives.library(tmp_path / "bad" / "rules.tar.gz", {**RULES, "../../../evil": "x"})
    place.project_file(bad.sha256, (tmp_path / "bad").as_uri())
    assert place.build() == 2
    assert "error[OX0133]" in capsys.readouterr().err
    assert not libraries_folder(os.environ).exists()
    assert not list(tmp_path.rglob("evil"))
    place.project_file()
    assert place.build() == 0


def test_passwords_are_not_told(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A password in an environment variable reaches the server, and no output and no file."""
    monkeypatch.setenv("RULES_PASSWORD", "hunter2222")
    place.project_file(url=place.server.url.replace("//", "//me:${RULES_PASSWORD}@"))
    assert place.build("-v") == 0
    assert "Authorization" in place.server.requests[0][1]
    captured = capsys.readouterr()
    assert "hunter2222" not in captured.out + captured.err
    everything = (path for path in place.folder.parent.rglob("*") if path.is_file())
    assert not any(b"hunter2222" in path.read_bytes() for path in everything)


def test_two_at_once(place: Place) -> None:
    """Two builds that need the same library fetch it once, and both succeed."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "oxidize", "build", "--path", place.folder],
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    told = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], told
    assert len(place.server.requests) == 1


def test_changed_rules_change_the_build(place: Place, tmp_path: Path) -> None:
    """Another hash in the project file is another library, beside the old one in the cache."""
    assert place.build() == 0
    new = {**RULES, "rules-1/private/text.star": 'text = "newer\\n"\n'}
    remote = archives.library(tmp_path / "new" / "rules.tar.gz", new)
    place.project_file(remote.sha256, (tmp_path / "new").as_uri())
    assert place.build() == 0
    assert place.made == ["newer\n"]
    place.project_file()
    assert place.build("--offline") == 0
    assert place.made == ["made by a rule\n"]
