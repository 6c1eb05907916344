"""--dry-run: what a build would do, with nothing done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oxidize.cli.main import main
from oxidize.triples import host_triple
from tests.starlark.project import HELLO, Project

Output = pytest.CaptureFixture[str]

ARCHIVE = """
    def make_archive():
        files = FileManifest()
        files.add_path("file", "")
        return files.to_installer("zip", name = "all")

    register_target("archive", make_archive)
"""
ZIP = f"all-{host_triple()}.zip"


@pytest.fixture
def archive(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose one action is quick, with a cache of its own."""
    monkeypatch.setenv("OXIDIZE_CACHE_DIR", str(project.folder / "cache"))
    monkeypatch.chdir(project.folder)
    project.write("build.star", ARCHIVE)
    project.write("file", "1")
    return project


def snapshot(folder: Path) -> dict[Path, tuple[int, bytes]]:
    """All files and when they were changed."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_nothing_is_done(archive: Project, capsys: Output) -> None:
    """What would run is told with its reason, and no file is written, in the cache neither."""
    before = snapshot(archive.folder)
    assert main(["build", "-n"]) == 0
    assert snapshot(archive.folder) == before
    (first, file, last) = capsys.readouterr().err.splitlines()
    assert first.startswith("would run ")
    assert file == f"would write 1 file of archive: {ZIP}"
    assert last == "1 action would run, 0 may, 0 cached; nothing was done"
    assert main(["build", "--explain"]) == 0
    assert f"{first.removeprefix('would ')}: new\n" in capsys.readouterr().err
    archive.write("file", "22")
    before = snapshot(archive.folder)
    assert main(["build", "-n", "--explain"]) == 0
    assert snapshot(archive.folder) == before
    assert "(file): changed\n" in capsys.readouterr().err
    assert main(["build"]) == 0
    capsys.readouterr()
    assert main(["build", "-n"]) == 0
    assert capsys.readouterr().err == "0 actions would run, 0 may, 1 cached; nothing was done\n"


def test_for_programs(archive: Project, capsys: Output) -> None:
    """With --message-format json, stdout has an object for each action, and one for all."""
    assert main(["build", "-n", "--message-format", "json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["event"] for row in rows] == ["would-run", "would-write", "previewed"]
    assert rows[1]["files"] == [ZIP]
    assert rows[2]["would_run"] == 1


def test_files(archive: Project, capsys: Output) -> None:
    """Which files would be written, may be, or would be removed is told, and comes true."""
    folder = """
        def make():
            files = FileManifest()
            files.add_manifest(glob(["*.txt"]))
            return files
        register_target("folder", make)
    """
    archive.write("build.star", folder)
    for name in "abcdefg":
        archive.write(f"{name}.txt", name)

    def told() -> list[str]:
        assert main(["build", "-n"]) == 0
        return capsys.readouterr().err.splitlines()[:-1]

    assert told() == ["would write 7 files of folder: a.txt, b.txt, c.txt, d.txt, e.txt and 2 more"]
    assert main(["build", "-q"]) == 0
    assert told() == []
    (archive.folder / "a.txt").unlink()
    archive.write("b.txt", "new")
    (written,) = archive.folder.glob("build/*/debug/folder/c.txt")
    written.write_text("edited")
    files = ["would write 2 files of folder: b.txt, c.txt", "would remove 1 file of folder: a.txt"]
    assert told() == files
    assert main(["build", "-q"]) == 0
    assert not written.with_name("a.txt").exists()
    assert (written.read_text(), written.with_name("b.txt").read_text()) == ("c", "new")
    archive.write("build.star", ARCHIVE)
    assert main(["build", "-q"]) == 0
    archive.write("file", "other")
    assert told()[1:] == [f"may write 1 file of archive: {ZIP}"]


def test_outdated_lock(archive: Project, capsys: Output) -> None:
    """A lock that would change is told and not written; --locked makes it the error that it is."""
    install = 'exe.add_python_resources(exe.pip_install(["click"]))'
    archive.write("build.star", HELLO.replace("return exe", f"{install}\n        return exe", 1))
    archive.write("hello/__init__.py")
    before = snapshot(archive.folder)
    assert main(["build", "-n"]) == 0
    told = capsys.readouterr().err
    assert "would lock oxidize.lock" in told
    assert "may run read the lock of hello" in told
    assert main(["build", "-n", "--locked"]) == 2
    assert "OX0905" in capsys.readouterr().err
    assert snapshot(archive.folder) == before


@pytest.mark.parametrize("option", ["--events", "--profile"])
def test_options_that_exclude_it(archive: Project, option: str, capsys: Output) -> None:
    """What happens can't be written when nothing happens."""
    assert main(["build", "-n", option, "file"]) == 2
    assert "OX0823" in capsys.readouterr().err
    assert (archive.folder / "file").read_text() == "1"


def test_what_a_build_writes(archive: Project, capsys: Output) -> None:
    """A build writes events, a profile and the log; a dry run leaves the log alone."""
    argv = ["build", "--events", "events", "--profile", "trace", "--explain"]
    assert main(argv) == 0
    assert json.loads((archive.folder / "events").read_text().splitlines()[0])["verb"] == "build"
    assert json.loads((archive.folder / "trace").read_text())["traceEvents"]
    assert main(["build", "-n"]) == 0
    capsys.readouterr()
    assert main(["log", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ran"] == 1
