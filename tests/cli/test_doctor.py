"""`oxidize doctor`: what is in order, what isn't, and what must never be told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from oxidize.cli.console import Console
from oxidize.cli.doctor.cache import cache
from oxidize.cli.doctor.catalogue import catalogue
from oxidize.cli.doctor.network import network
from oxidize.cli.doctor.project import project as look_at_project
from oxidize.cli.doctor.pythons import pythons
from oxidize.cli.doctor.row import Row
from oxidize.cli.doctor.sandbox import help_for
from oxidize.cli.doctor.surroundings import variables
from oxidize.cli.main import main
from oxidize.cli.options import ProjectOptions
from oxidize.distributions import probe
from oxidize.distributions.catalogue import Row as Archive
from oxidize.executor.catalogues import add_rows
from oxidize.triples import host_triple
from tests.packages.index import PASSWORD, USER, index
from tests.packages.wheels import make_wheel
from tests.starlark.project import Project

SECRET = "correct-horse"
INDEX = f"http://somebody:{SECRET}@127.0.0.1:9/simple"


def described(**changes: object) -> dict[str, object]:
    """What the Python of these tests says of itself, but for some changes."""
    argv = [sys.executable, "-I", "-S", probe.__file__]
    answer: dict[str, object] = json.loads(subprocess.check_output(argv))
    return {**answer, **changes}


def python_that_says(answer: object, path: Path) -> str:
    """An interpreter that answers the probe so."""
    path.write_text(f"#!/bin/sh\n/bin/cat <<'END'\n{json.dumps(answer)}\nEND\n")
    path.chmod(0o755)
    return str(path)


def rows_of_project(project: Project) -> dict[str, Row]:
    options = ProjectOptions(project.folder, host_triple(), False, {})
    console = Console(sys.stdout, sys.stderr)
    return {row.name: row for row in look_at_project(options, console)}


def test_a_machine_that_builds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where programs can be built, there is no problem, and each row is named once."""
    assert main(["doctor", "--json", "--path", str(tmp_path)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["format"], document["ok"]) == (1, True)
    rows = {(row["section"], row["name"]): row for row in document["rows"]}
    assert len(rows) == len(document["rows"])
    for key in (("installed", "zig"), ("Python to embed", "host"), ("triples", host_triple())):
        assert rows[key]["status"] == "ok"
    assert rows["network", "index"]["status"] == "note"


def test_a_machine_that_does_not(tmp_path: Path) -> None:
    """A Python that can't be embedded, an empty PATH and no cache are told, also in ASCII."""
    python = python_that_says(described(implementation="pypy"), tmp_path / "python3")
    code = (
        f"import sys; sys.executable = {python!r}; from oxidize.cli.main import main; "
        f"sys.exit(main(['doctor', '--path', {str(tmp_path)!r}]))"
    )
    env = {"PATH": "", "OXIDIZE_CACHE_DIR": "/proc/nowhere", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    said = done.stdout.decode("ascii")
    assert "  x host: " in said
    assert "can't be embedded: it is pypy, not CPython" in said
    assert "  x folder: /proc/nowhere can't be written" in said


def test_no_sandbox(tmp_path: Path) -> None:
    """What keeps commands from having a sandbox is told with the setting to change."""
    switch = tmp_path / "kernel" / "apparmor_restrict_unprivileged_userns"
    switch.parent.mkdir()
    switch.write_text("1\n")
    assert help_for(tmp_path) == "as root: sysctl kernel.apparmor_restrict_unprivileged_userns=0"
    switch.write_text("0\n")
    assert "in a container" in str(help_for(tmp_path))
    assert help_for(tmp_path / "no-linux") is None


def test_a_broken_installation(tmp_path: Path) -> None:
    """Of an installation that lacks much, it is told what is lacking; nothing breaks."""
    lacking = ("starlark", "zstandard", "lief", "httpx", "packaging", "rich", "uv", "ziglang")
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({lacking!r}))\n"
        "from oxidize.cli.main import main\n"
        f"sys.exit(main(['doctor', '-q', '--path', {str(tmp_path)!r}]))"
    )
    env = {"PATH": "", "OXIDIZE_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    said = done.stdout.decode()
    assert "zig: the C toolchain is missing" in said
    assert "uv runs: uv, which fetches packages, is missing" in said


def test_other_pythons_are_told(tmp_path: Path) -> None:
    """Another CPython on PATH can be taken if a build would take it; if not, it says why."""
    bare = described(executable="/opt/bare", config={}, include=[])
    python_that_says(bare, tmp_path / "python3")
    broken = tmp_path / "python3.12"
    broken.write_text("#!/bin/sh\necho oh\n")
    broken.chmod(0o755)
    environ = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    host, *others = pythons(sys.executable, environ)
    assert host.status == "ok"
    assert [(row.name, row.status) for row in others] == [
        (str(tmp_path / "python3"), "note"),
        (str(broken), "note"),
    ]
    assert others[0].text == "/opt/bare can't be embedded: it has no libpython, static or shared"
    assert others[0].help is not None and others[0].help.startswith("install the package")


def test_the_cache_stays_as_it_is(tmp_path: Path) -> None:
    """The cache's folder is tried out and left as it was, also if it isn't there yet."""
    place = tmp_path / "cache"
    rows = list(cache({"OXIDIZE_CACHE_DIR": str(place)}))
    assert rows[0].text == f"{place}, not there yet"
    assert all(row.status != "problem" for row in rows)
    assert list(tmp_path.iterdir()) == []


def test_the_catalogue_is_told(tmp_path: Path) -> None:
    """For each system it is told which CPythons the catalogue has; what lay on this machine and is
    gone is a warning, what the network has isn't asked for; an empty one says how it is filled."""
    environ = {"OXIDIZE_CONFIG_DIR": str(tmp_path), "OXIDIZE_CACHE_DIR": str(tmp_path / "cache")}
    (empty,) = catalogue(environ)
    assert (empty.status, empty.text) == ("note", f"{tmp_path}/distributions.json has none")
    assert "oxidize distribution refresh" in str(empty.help)
    here, gone = tmp_path / "an archive.tar.zst", tmp_path / "gone.tar.zst"
    here.touch()
    musl = "x86_64-unknown-linux-musl"
    places = [
        (host_triple(), "3.9.10", here.as_uri()),
        (host_triple(), "3.13.5", "https://127.0.0.1:9/a"),
        (musl, "3.13.5", gone.as_uri()),
    ]
    add_rows([Archive("local", t, v, "lto", url, "0" * 64) for t, v, url in places], environ)
    rows = {row.name: row for row in catalogue(environ)}
    assert rows.keys() == {"catalogue", host_triple(), musl, str(gone)}
    assert rows[host_triple()].text == "CPython 3.9, 3.13 (2 archives)"
    assert rows[musl].text == "CPython 3.13 (1 archive)"
    assert rows[str(gone)].status == "warning"
    assert rows[str(gone)].text == f"CPython 3.13.5+local lto for {musl} is gone"
    (tmp_path / "distributions.json").write_text("{")
    (broken,) = catalogue(environ)
    assert (broken.status, "can't be read" in broken.text) == ("warning", True)


def test_credentials_are_not_told(tmp_path: Path) -> None:
    """What is said of variables and of a failed connection has no credentials in it."""
    environ = {
        "UV_DEFAULT_INDEX": INDEX,
        "UV_INDEX_OURS_USERNAME": "somebody",
        "UV_INDEX_OURS_PASSWORD": "abc",
        "HTTPS_PROXY": f"http://somebody:{SECRET}@proxy:1",
        "UV_HTTP_RETRIES": "0",
        "OXIDIZE_CACHEDIR": SECRET,
    }
    rows = {row.name: row for row in variables(environ)}
    assert rows["UV_DEFAULT_INDEX"].text == "http://127.0.0.1:9/simple"
    assert rows["OXIDIZE_CACHEDIR"].status == "warning"
    assert rows["OXIDIZE_CACHEDIR"].help == "did you mean OXIDIZE_CACHE_DIR?"
    (row,) = network({**environ, "HTTPS_PROXY": ""}, tmp_path, asked=True)
    assert row.status == "warning"
    shown = repr([*rows.values(), row])
    assert all(each not in shown for each in (SECRET, "somebody", "abc"))


def test_an_index_answers(tmp_path: Path) -> None:
    """An index that answers is in order, with the user's settings and credentials."""
    with index(tmp_path / "index", make_wheel(tmp_path, "packaging", "1.0")) as place:
        environ = {"UV_DEFAULT_INDEX": f"http://{USER}:{PASSWORD}@{place}/simple"}
        (row,) = network(environ, tmp_path, asked=True)
        assert (row.status, row.text) == ("ok", "answers")
        environ["UV_DEFAULT_INDEX"] = f"http://{USER}:wrong@{place}/simple"
        (row,) = network(environ, tmp_path, asked=True)
        assert row.status == "warning"


def test_a_project_is_looked_at(project: Project) -> None:
    """Of a project it is told what a build would fetch or resolve; neither is done."""
    project.write(
        "oxidize.toml",
        f'[libraries.rules]\nurl = "http://127.0.0.1:9/r.tar.gz"\nsha256 = "{"0" * 64}"\n',
    )
    project.write(
        "build.star",
        'register_target("app", lambda: default_python_distribution()'
        '.to_python_executable(name = "app"))\n',
    )
    rows = rows_of_project(project)
    assert (rows["@rules"].status, rows["build file"].status) == ("note", "ok")
    assert "oxidize.lock" not in rows
    project.write("build.star", 'register_target("app", lamda: None)\n')
    assert rows_of_project(project)["build file"].status == "warning"


def test_a_lock_is_compared(project: Project) -> None:
    """A lock that doesn't answer what targets ask for is told, without resolving anything."""
    project.write(
        "build.star",
        "def app():\n"
        "    dist = default_python_distribution()\n"
        '    exe = dist.to_python_executable(name = "app")\n'
        '    exe.add_python_resources(exe.pip_install(["click"]))\n'
        "    return exe\n"
        'register_target("app", app)\n',
    )
    row = rows_of_project(project)["oxidize.lock"]
    assert (row.status, row.text) == ("note", "is not there yet: app")
    assert not (project.folder / "oxidize.lock").exists()
