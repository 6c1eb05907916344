"""Building: what runs, what is written, and that the bytes are always the same."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests import pythons
from tests.e2e.space import APP, REPOSITORY, Space, run

HELLO = REPOSITORY / "samples" / "hello"


@pytest.fixture
def hello(space: Space) -> Space:
    """A built copy of samples/hello."""
    space.copy(HELLO)
    space.build()
    return space


def labels(stderr: str) -> list[str]:
    """What ran, as the plain progress lines tell."""
    return re.findall(r"^\[\d+/\d+\] (.*?) \(", stderr, re.MULTILINE)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_sample(hello: Space) -> None:
    """samples/hello is a build file of at most 15 lines, and its program greets."""
    assert len((HELLO / "build.star").read_text().splitlines()) <= 15
    done = run(hello.outputs("hello") / "hello", "--language", "ja", "Ada")
    assert done.stdout.decode() == "こんにちは、Ada!\n"


def test_unchanged(hello: Space) -> None:
    """An unchanged build runs no action and writes nothing."""
    before = (hello.outputs("hello") / "hello").stat()
    done = hello.build()
    assert labels(done.stderr) == []
    assert "hello is up to date" in done.stderr
    assert (hello.outputs("hello") / "hello").stat() == before


def test_verdict(hello: Space) -> None:
    """Each build says where its programs run, also one that finds all in the cache, or needn't
    look."""
    hello.settle()
    whole, again, remembered = (hello.build(*options) for options in (("--explain",), (), ()))
    for done in (whole, again, remembered):
        assert labels(done.stderr) == []
        assert "hello needs glibc 2." in done.stderr


def test_run_unchanged(hello: Space) -> None:
    """`run` of an unchanged program becomes it, with its arguments, without loading anything."""
    hello.settle()
    asked = ("run", "--", "--language", "ja", "Ada")
    watched = {"PYTHONPROFILEIMPORTTIME": "1"}
    first, again = (hello.oxidize(*asked, env=watched) for _ in range(2))
    assert first.stdout == again.stdout == "こんにちは、Ada!\n"
    assert (
        "oxidize.starlark.session"
        in hello.oxidize("graph", env={"PYTHONPROFILEIMPORTTIME": "1"}).stderr
    )
    assert "oxidize.starlark.session" not in again.stderr


def test_touch(hello: Space) -> None:
    """Touching every file rebuilds nothing."""
    for path in (hello.root / "hello").rglob("*"):
        os.utime(path)
    assert labels(hello.build().stderr) == []


def test_edit(hello: Space) -> None:
    """An edit of one module recompiles first-party code, packs, embeds, and nothing else."""
    hello.write("hello/greetings.py", "def greet(*_): return 'edited'\ndef load(): return {'en'}\n")
    assert labels(hello.build().stderr) == ["compile hello", "pack hello", "embed hello"]
    assert run(hello.outputs("hello") / "hello").stdout == b"edited\n"


def test_edit_back(hello: Space) -> None:
    """Going back to earlier sources takes everything from the cache."""
    program = hello.outputs("hello") / "hello"
    before = sha256(program)
    source = (hello.root / "hello/greetings.py").read_text()
    hello.write("hello/greetings.py", source + "# edited\n")
    hello.build()
    assert sha256(program) != before
    hello.write("hello/greetings.py", source)
    assert labels(hello.build().stderr) == []
    assert sha256(program) == before


def test_same_bytes_everywhere(tmp_path: Path) -> None:
    """Another folder, home, locale, time zone, umask, -j and an empty cache: the same bytes."""
    built = []
    for name, jobs, extra in (
        ("one", "1", {"TZ": "UTC", "PYTHONHASHSEED": "1"}),
        ("zwei und drei", "3", {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "2"}),
    ):
        space = Space(tmp_path / name / "project", tmp_path / name / "cache")
        space.copy(HELLO)
        home = tmp_path / name / "home"
        home.mkdir()
        old = os.umask(0o077 if jobs == "3" else 0o022)
        try:
            for target in ("hello", "archive"):
                done = space.oxidize("build", target, "-j", jobs, env={"HOME": str(home), **extra})
                assert done.returncode == 0, done.stderr
        finally:
            os.umask(old)
        (archive,) = space.outputs("archive").iterdir()
        built.append((sha256(space.outputs("hello") / "hello"), sha256(archive)))
    assert built[0] == built[1]


def test_run(hello: Space) -> None:
    """`oxidize run` passes arguments and the exit code, and leaves stdout to the program."""
    done = hello.oxidize("run", "hello", "--", "--language", "de", "Ada")
    assert (done.returncode, done.stdout) == (0, "Hallo, Ada!\n")
    assert hello.oxidize("run", "--", "--language", "xx").returncode == 2


def test_run_is_the_program(space: Space) -> None:
    """`oxidize run` becomes the program: a signal to the process reaches it."""
    space.copy(APP)
    space.build()
    command = [sys.executable, "-m", "oxidize", "run", "--path", str(space.root), "--", "wait"]
    env = {"PYTHONPATH": str(REPOSITORY), "OXIDIZE_CACHE_DIR": str(space.cache)}
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGTERM


def test_archives(space: Space) -> None:
    """Archives hold one folder with the program, which still runs when unpacked."""
    space.copy(APP)
    space.build("tarball", "zipped")
    (tarball,) = space.outputs("tarball").iterdir()
    (zipped,) = space.outputs("zipped").iterdir()
    assert tarball.name.endswith(".tar.gz")
    packed = zipfile.ZipFile(zipped)
    assert packed.namelist() == ["probe/LICENCES", "probe/probe"]
    assert packed.read("probe/LICENCES").startswith(b"This program contains\n\n  CPython ")
    with tarfile.open(tarball) as archive:
        archive.extractall(space.root / "there", filter="data")
    assert run(space.root / "there/probe/probe", "code", "7").returncode == 7


def test_installer_of_other_target_is_not_delivered(hello: Space) -> None:
    """Building an archive writes the archive only."""
    shutil.rmtree(hello.root / "build")
    hello.build("archive")
    assert [p.name for p in next(hello.root.glob("build/*/debug")).iterdir()] == ["archive"]


def test_inspect(hello: Space) -> None:
    """`oxidize inspect` tells the Python, the entry point, and every module and file."""
    program = hello.outputs("hello") / "hello"
    text = hello.oxidize("inspect", program).stdout
    assert "runs module hello" in text
    assert "standard library" in text
    assert "loaded from memory, or extracted where memory can't hold code" in text
    known = json.loads(hello.oxidize("inspect", program, "--json").stdout)
    assert known["about"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert known["modules"]["hello.greetings"]["bytecode"] == [0]
    assert known["files"]["hello/data/greetings.json"]["size"] > 0
    assert known["modules"]["_ssl"]["libraries"][-1].startswith("lib/libssl")


def test_inspect_refuses(space: Space) -> None:
    """Other programs and damaged ones are told apart."""
    done = space.oxidize("inspect", "/bin/true")
    assert (done.returncode, "it carries no container" in done.stderr) == (2, True)
    done = space.oxidize("inspect", "nothing")
    assert (done.returncode, "No such file" in done.stderr) == (2, True)


def test_inspect_damaged(hello: Space) -> None:
    """One changed byte of an executable's container is noticed."""
    data = bytearray((hello.outputs("hello") / "hello").read_bytes())
    data[-100] ^= 1
    damaged = hello.root / "damaged"
    damaged.write_bytes(data)
    done = hello.oxidize("inspect", damaged)
    assert done.returncode == 2
    assert "the sha256 doesn't match" in done.stderr


def test_other_python(space: Space, minor: str) -> None:
    """A named CPython is the one that is embedded."""
    space.write("which.py", "import sys; print('%d.%d' % sys.version_info[:2])\n")
    python = pythons.need(minor)
    space.write(
        "build.star",
        f'''
def make():
    dist = default_python_distribution(python = "{python}")
    exe = dist.to_python_executable(
        name = "which",
        config = dist.make_python_interpreter_config(run_module = "which"),
    )
    exe.add_python_resources(exe.read_package_root(path = ".", packages = ["which"]))
    return exe

register_target("which", make)
''',
    )
    space.build()
    assert run(space.outputs("which") / "which").stdout.decode() == f"{minor}\n"


def test_missing_main(space: Space) -> None:
    """A main module that no resource gives is an error of the build, at the call to mend."""
    space.write("other.py", "")
    space.write(
        "build.star",
        (HELLO / "build.star").read_text().replace('packages = ["hello"]', 'packages = ["other"]'),
    )
    done = space.oxidize("build")
    assert done.returncode == 1
    assert "the program is to run the module hello" in done.stderr
    assert "build.star:3" in done.stderr


def test_syntax_error(hello: Space) -> None:
    """A syntax error in the application is told by file and line, and the old output stays."""
    before = sha256(hello.outputs("hello") / "hello")
    hello.write("hello/greetings.py", "def greet(:\n")
    done = hello.oxidize("build")
    assert done.returncode == 1
    assert "hello/greetings.py:1: invalid syntax" in done.stderr
    assert sha256(hello.outputs("hello") / "hello") == before


def test_run_command(space: Space) -> None:
    """run_command runs code as `python -c` does."""
    text = (HELLO / "build.star").read_text()
    text = text.replace('run_module = "hello"', 'run_command = "import json; print(json.dumps(1))"')
    space.copy(HELLO)
    space.write("build.star", text)
    space.build()
    assert run(space.outputs("hello") / "hello").stdout == b"1\n"


def fake_python(folder: Path, changes: Mapping[str, object], real: Path | None = None) -> Path:
    """A `python` that describes itself as another one than it is."""
    script = folder / "python3"
    script.write_text(
        f"#!{real or sys.executable} -IS\n"
        "import json, subprocess, sys\n"
        "if not sys.argv[-1].endswith('probe.py'):\n"
        "    raise SystemExit(subprocess.run([sys.executable, *sys.argv[1:]]).returncode)\n"
        "real = subprocess.run([sys.executable, *sys.argv[1:]], capture_output=True, check=True)\n"
        "facts = json.loads(real.stdout)\n"
        f"for key, value in {dict(changes)!r}.items():\n"
        "    facts['config' if isinstance(value, dict) else key] = (\n"
        "        {**facts['config'], **value} if isinstance(value, dict) else value\n"
        "    )\n"
        "print(json.dumps(facts))\n"
    )
    script.chmod(0o755)
    return script


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"config": {"Py_GIL_DISABLED": 1}}, "it is a free-threaded build"),
        ({"config": {"Py_DEBUG": 1}}, "it is a debug build of CPython"),
        (
            {"config": {"LIBRARY": "libpython9.a", "INSTSONAME": "libpython9.so"}},
            "it has no libpython, static or shared",
        ),
        ({"version_info": [3, 9, 2], "version": "3.9.2"}, "it is CPython 3.9.2, outside 3.11"),
        ({"implementation": "pypy"}, "it is pypy, not CPython"),
    ],
)
def test_unsuitable_python(space: Space, changes: dict[str, object], message: str) -> None:
    """A Python that can't be embedded is refused by name, with what to do."""
    python = fake_python(space.root, changes)
    space.copy(APP)
    done = space.oxidize("build", "--var", f"PYTHON={python}")
    assert done.returncode == 36
    assert message in done.stderr
    assert "help:" in done.stderr


def test_rule_library(space: Space) -> None:
    """A rule of @oxidize builds a program and its archives in three lines of build file."""
    space.copy(HELLO)
    space.write(
        "build.star",
        'load("@oxidize//python_application.star", "python_application")\n'
        'python_application("hello", module = "hello", packages = ["hello"], archives = ["zip"])\n',
    )
    space.build("hello", "hello-zip")
    assert run(space.outputs("hello") / "hello").stdout == b"Hello, world!\n"
    assert [p.suffix for p in space.outputs("hello-zip").iterdir()] == [".zip"]


def program_of(space: Space, **settings: str) -> Path:
    """A program of the module `main` with settings of its interpreter."""
    text = ", ".join(f"{name} = {value}" for name, value in settings.items())
    build = (HELLO / "build.star").read_text()
    build = build.replace('run_module = "hello"', f'run_module = "main", {text}')
    space.write("build.star", build.replace('["hello"]))', '["main", "json"]))'))
    space.build()
    return space.outputs("hello") / "hello"


def test_own_package_hides_stdlib(space: Space) -> None:
    """A package of the application hides one of the standard library as a whole."""
    space.write("json/__init__.py", "OWN = True\n")
    space.write(
        "main.py",
        "import json\nprint(json.OWN)\n"
        "try:\n    import json.decoder\nexcept ImportError as e:\n    print(e)\n",
    )
    done = run(program_of(space, quiet="True"))
    assert done.stdout.decode() == "True\nNo module named 'json.decoder'\n"


def test_inspect_setting(space: Space) -> None:
    """inspect = True leaves a prompt with the main module's names, on a terminal."""
    space.write("json/__init__.py", "")
    space.write("main.py", "ANSWER = 42\n")
    program = program_of(space, inspect="True")
    outer, inner = pty.openpty()
    process = subprocess.Popen([program], env={}, stdin=inner, stdout=subprocess.PIPE, stderr=inner)
    os.write(outer, b"print(ANSWER + 1)\nexit_code = 3\nraise SystemExit(exit_code)\n")
    stdout, _ = process.communicate(timeout=30)
    os.close(outer)
    os.close(inner)
    assert (process.returncode, b"43" in stdout) == (3, True)


def test_use_environment_setting(space: Space) -> None:
    """use_environment = True heeds PYTHON* variables."""
    space.write("json/__init__.py", "")
    space.write("main.py", "import sys\nprint(sys.flags.optimize)\n")
    program = program_of(space, use_environment="True")
    assert run(program, env={"PYTHONOPTIMIZE": "2"}).stdout == b"2\n"


def test_extracted_setting(space: Space, tmp_path: Path) -> None:
    """resources_location = "extracted" loads extension modules from files in a private folder."""
    space.copy(APP)
    text = (APP / "build.star").read_text()
    policy = '"probe",\n        packaging_policy = dist.make_python_packaging_policy('
    space.write(
        "build.star",
        text.replace('name = "probe",', f'name = {policy}resources_location = "extracted"),', 1),
    )
    space.build()
    program = space.outputs("probe") / "probe"
    done = run(program, "extensions", env={"HOME": str(tmp_path)})
    known = json.loads(space.oxidize("inspect", program, "--json").stdout)["modules"]
    assert (known["_ssl"]["location"], known["json"]["location"]) == ("extracted", "in-memory")
    assert json.loads(done.stdout)["sqlite"] == 42
    assert list(tmp_path.glob(".cache/oxidize-programs/*/lib/libsqlite3*"))
