"""Programs with a standalone CPython: from a release's list to what runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from oxidize.executor.locks import exclusively
from tests.distributions.archives import TRIPLE, Archive, Synthesis, described, small
from tests.e2e.space import Space, run

CHECK = """
import _answer, _curses, ctypes, hashlib, json, readline, sqlite3, ssl, sys, zlib
from importlib.util import find_spec
print(json.dumps({
    "version": sys.version.split()[0],
    "answer": _answer.answer(),
    "sqlite": sqlite3.connect(":memory:").execute("select 1 + 1").fetchone()[0],
    "libc": ctypes.CDLL(None).abs(-3),
    "without": [name for name in ("_curses_panel", "_tkinter", "test") if not find_spec(name)],
    "terminals": [readline.told, _curses.setupterm()],
    "traceback": json.loads.__code__.co_filename.rpartition("/")[2],
}))
"""
SEEN = {
    "answer": 42,
    "sqlite": 2,
    "libc": 3,
    "without": ["_curses_panel", "_tkinter", "test"],
    "terminals": ["/terms", "/terms"],
    "traceback": "__init__.py",
}
BUILD_FILE = """
def make():
    dist = {dist}
    exe = dist.to_python_executable(
        "app",
        config = dist.make_python_interpreter_config(
            run_module = "app", terminfo_resolution = "static:/terms"
        ),
        licenses_filename = "COPYING.txt",
    )
    exe.add_python_resources(exe.read_package_root(path = ".", packages = ["app"]))
    return exe

register_target("app", make)
"""
CALL = 'PythonDistribution(sha256 = "{}", local_path = "{}")'
NAME = "cpython-3.13.0+20260814-x86_64-unknown-linux-gnu-pgo+lto-full.tar.zst"


@pytest.fixture
def config(tmp_path: Path) -> dict[str, str]:
    """Where the user's catalogue is."""
    return {"OXIDIZE_CONFIG_DIR": str(tmp_path / "config")}


def project(space: Space, dist: str, check: str = CHECK) -> None:
    space.write("app/__init__.py", "")
    space.write("app/__main__.py", check)
    space.write("build.star", BUILD_FILE.format(dist=dist))


def succeeds(space: Space, env: Mapping[str, str], *arguments: str | Path) -> str:
    """Runs oxidize; what it said."""
    done = space.oxidize(*arguments, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def release(folder: Path, archive: Archive) -> None:
    """A folder as a mirror has it, with one release."""
    (folder / "20260814").mkdir(parents=True)
    (folder / "20260814" / NAME).symlink_to(archive.path)
    (folder / "20260814" / "SHA256SUMS").write_text(f"{archive.sha256}  {NAME}\n")
    (folder / "latest-release.json").write_text('{"tag": "20260814"}')


def test_from_the_list_to_the_program(
    space: Space, tmp_path: Path, full_archive: Archive, config: dict[str, str]
) -> None:
    """A release's list fills the catalogue; a build takes its archive from the server, and says so;
    the program runs where no Python of that version is installed, and nothing is fetched twice.
    Modules that are linked in find terminals as those in memory do."""
    release(tmp_path / "mirror", full_archive)
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path / "mirror")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        mirror = {"OXIDIZE_MIRROR": f"http://127.0.0.1:{server.server_port}"}
        said = succeeds(space, config | mirror, "distribution", "refresh")
        assert "release 20260814: 1 archive of CPython 3.13, 1 of them new" in said
        assert "it has none for aarch64-apple-darwin" in said
        project(space, 'default_python_distribution(python_version = "3.13")')
        said = succeeds(space, config | mirror, "build", "--release")
        server.shutdown()
    assert f"CPython 3.13.0+20260814 pgo+lto (standalone distribution), for {TRIPLE}" in said
    outputs = space.outputs("app", "release")
    done = run(outputs / "app")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"version": "3.13.0", **SEEN}
    assert "  answer (MIT)" in (outputs / "COPYING.txt").read_text()
    said = succeeds(space, config, "build", "--release", "--offline")
    assert "app is up to date" in said
    assert "CPython 3.13.0+20260814 pgo+lto" in said


def test_an_archive_that_the_build_file_names(
    space: Space, full_archive: Archive, config: dict[str, str]
) -> None:
    """PythonDistribution() takes an archive of this machine by its sha256, and another file under
    that name isn't taken."""
    project(space, CALL.format(full_archive.sha256, full_archive.path))
    # A release, as above: the runtime is linked once.
    succeeds(space, config, "build", "--release")
    done = run(space.outputs("app", "release") / "app")
    assert json.loads(done.stdout) == {"version": "3.13.0", **SEEN}
    project(space, CALL.format("0" * 64, full_archive.path))
    refused = space.oxidize("build", env=config)
    assert (refused.returncode, "isn't the file that is pinned" in refused.stderr) == (2, True)


def test_an_installation_alone(
    space: Space, tmp_path: Path, shared_cache: Path, config: dict[str, str]
) -> None:
    """An install_only archive gives a program whose libpython is in the file."""
    folder = shared_cache.with_name("archives")
    folder.mkdir(exist_ok=True)
    path = folder / "install_only.tar.zst"
    with exclusively(folder / "lock"):
        if not path.is_file():
            zig = shared_cache / "v1" / "tools" / "zig"
            Synthesis.of("3.13", tmp_path, zig).install_only(path)
    archive = Archive.of(path)
    project(
        space,
        CALL.format(archive.sha256, path),
        "import sqlite3, ssl, sys; print(sys.version_info[:2])",
    )
    said = succeeds(space, config, "build")
    assert "CPython 3.13.0 (standalone distribution, install_only.tar.zst)" in said
    assert run(space.outputs("app") / "app").stdout == b"(3, 13)\n"


def test_a_release_without_a_catalogue(space: Space, config: dict[str, str]) -> None:
    """With an empty catalogue, a release takes the installed CPython, and warns what that means.
    Who asked for an installed one isn't warned; who asked for a standalone one gets an error."""
    project(space, "default_python_distribution()", "print('hello')")
    said = succeeds(space, config, "build", "--release")
    assert "warning: the program needs a system about as new" in said
    assert "the catalogue has no standalone CPython" in said
    assert run(space.outputs("app", "release") / "app").stdout == b"hello\n"
    project(space, 'default_python_distribution(flavor = "host")', "print('hello')")
    assert "warning" not in succeeds(space, config, "build", "--release")
    project(space, 'default_python_distribution(flavor = "standalone")')
    done = space.oxidize("build", env=config)
    assert (done.returncode, "OX0520" in done.stderr) == (2, True)


def test_packages(space: Space, full_archive: Archive, config: dict[str, str]) -> None:
    """Wheels are taken for the archive's CPython, and what is no wheel yet is built by it, whatever
    Python runs oxidize; the lock is for that version."""
    space.write("lib/pyproject.toml", '[project]\nname = "made"\nversion = "1"\n')
    space.write("lib/made.py", "answer = 42\n")
    call = CALL.format(full_archive.sha256, full_archive.path)
    project(space, call, "import made, markupsafe._speedups as s; print(made.answer, s.__name__)")
    text = (space.root / "build.star").read_text()
    wanted = (
        '    exe.add_python_resources(exe.pip_install(["./lib", "markupsafe"]))\n    return exe'
    )
    space.write("build.star", text.replace("    return exe", wanted))
    succeeds(space, config, "build", "--release")
    assert 'python = "3.13"' in (space.root / "oxidize.lock").read_text()
    done = run(space.outputs("app", "release") / "app")
    assert done.stdout == b"42 markupsafe._speedups\n", done.stderr


def test_the_verbs(space: Space, full_archive: Archive, config: dict[str, str]) -> None:
    """An imported archive is in the catalogue, and both are told as documents for programs."""
    assert "the catalogue has none" in succeeds(space, config, "distribution", "list")
    succeeds(space, config, "distribution", "import", full_archive.path)
    listed = json.loads(succeeds(space, config, "distribution", "list", "--json"))
    (row,) = listed["rows"]
    assert (row["version"], row["tag"], row["catalogue"]) == ("3.13.0", "local", "user")
    assert row["sha256"] == full_archive.sha256
    document = json.loads(succeeds(space, config, "distribution", "info", "3.13", "--json", "-q"))
    assert "_curses_panel" in document["description"]["omitted"]
    assert "_answer" in document["description"]["builtin"]
    told = succeeds(space, config, "distribution", "info", full_archive.path)
    assert "without   _tkinter: " in told
    told = succeeds(space, config, "distribution", "fetch", "3.13", "--offline")
    assert "is in the cache" in told


def test_processor_levels(space: Space, config: dict[str, str], tmp_path: Path) -> None:
    """An archive for newer processors alone is imported as one for the triple."""
    said = described(
        target_triple="x86_64_v3-unknown-linux-musl",
        crt_features=["static"],
        build_options="x+static",
    )
    archive = small(tmp_path / "a.tar.zst", said)
    document = json.loads(
        succeeds(space, config, "distribution", "import", archive.path, "--json", "-q")
    )
    assert document["row"]["triple"] == "x86_64-unknown-linux-musl"


def test_an_interpreter_sees_its_archive_only(
    space: Space, tmp_path: Path, config: dict[str, str]
) -> None:
    """The interpreter of an archive, which is run to see whether it does, is in the sandbox that it
    is in when something is built; who wants it can do without."""
    answer = space.write("answer.json", json.dumps({"version": "3.13.5"}))
    program = f"#!/bin/sh\nexec cat {answer}\n".encode()
    archive = small(tmp_path / "a.tar.zst", described(), **{"install/bin/python3.13": program})
    adds = ("distribution", "import", archive.path)
    refused = space.oxidize(*adds, env=config)
    assert refused.returncode == 1
    assert "error[OX0522]: the archive's interpreter doesn't run on this machine" in refused.stderr
    assert f"names {answer}, which isn't one of its inputs" in refused.stderr
    assert "the catalogue has none" in succeeds(space, config, "distribution", "list")
    succeeds(space, config, *adds, "--no-sandbox")
    fresh = {"OXIDIZE_CACHE_DIR": str(tmp_path / "cache"), "OXIDIZE_SANDBOX": "0"}
    assert "CPython 3.13.5" in succeeds(space, config | fresh, "distribution", "info", "3.13")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("info",), "oxidize distribution info needs a version, or an archive"),
        (("list", "3.13"), "oxidize distribution list takes no 3.13"),
        (("refresh", "--flavour", "lto"), "--flavour isn't for refresh"),
        (("list", "--no-sandbox"), "--no-sandbox isn't for list"),
        (("fetch", "3.12"), "the catalogue has no standalone CPython 3.12 for"),
        (("import", "./none"), "there is no file none"),
        (("list", "--target-triple", "x"), "unknown target triple x"),
    ],
)
def test_wrong_arguments(
    space: Space, config: dict[str, str], arguments: tuple[str, ...], message: str
) -> None:
    """What can't be done is refused, and why."""
    done = space.oxidize("distribution", *arguments, env=config)
    assert done.returncode == 2
    assert message in done.stderr


def test_refused_lists(space: Space, tmp_path: Path, config: dict[str, str]) -> None:
    """What isn't a release's list, or a catalogue, is refused, and nothing is written."""
    mirror = {"OXIDIZE_MIRROR": tmp_path.as_uri()}
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "SHA256SUMS").write_text("<html>")
    done = space.oxidize("distribution", "refresh", "t", env=config | mirror)
    assert (done.returncode, "OX0526" in done.stderr) == (2, True)
    offline = space.oxidize("distribution", "refresh", "--offline", env=config)
    assert (offline.returncode, "OX0523" in offline.stderr) == (36, True)
    unreachable = space.oxidize("distribution", "refresh", env=config | {"SSL_CERT_FILE": "/none"})
    assert (unreachable.returncode, "OX0130" in unreachable.stderr) == (36, True)
    for said in (offline.stderr, unreachable.stderr):
        assert "oxidize distribution import FILE" in said
    assert not (tmp_path / "config").exists()
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "distributions.json").write_text("{}")
    done = space.oxidize("distribution", "list", env=config)
    assert (done.returncode, "OX0524" in done.stderr) == (36, True)
    assert (tmp_path / "config" / "distributions.json").read_text() == "{}"


def test_catalogues_of_many(space: Space, config: dict[str, str]) -> None:
    """Processes that add rows at once lose none of them."""
    code = (
        "import os, sys; from oxidize.executor.catalogues import add_rows; "
        "from oxidize.distributions.catalogue import Row; "
        "row = Row('t', 'x', '3.13.' + sys.argv[1], 'lto', 'file:///' + sys.argv[1], '0' * 64); "
        "add_rows([row], os.environ)"
    )
    env = config | {"OXIDIZE_CACHE_DIR": str(space.cache)}
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(number)], env=env) for number in range(6)
    ]
    assert [each.wait() for each in running] == [0] * 6
    listed = json.loads(succeeds(space, config, "distribution", "list", "--json"))
    assert len(listed["rows"]) == 6
