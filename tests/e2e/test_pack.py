"""`oxidize pack` of scripts and projects, and programs made of an environment or a manifest."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.space import Space, run
from tests.packages.wheels import BACKEND, make_wheel

SCRIPT = """\
# /// script
# dependencies = ["greeting[loud]>=1; python_version >= '3'"]
# ///
import importlib.metadata, sys
import greeting, loud
print(greeting.version, importlib.metadata.version("greeting"), sys.argv[1:])
"""
PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "app"
version = "1.5"
dependencies = ["greeting"]

[project.scripts]
app = "app:cli.main"
other = "app:other"
"""
APP = """\
import multiprocessing, sys, greeting, importlib.metadata

class cli:
    @staticmethod
    def main():
        child = multiprocessing.get_context("spawn").Process(target=print, args=("child",))
        child.start()
        child.join()
        print("main", greeting.version, importlib.metadata.version("app"), sys.argv[1:])
        return 3

def other():
    sys.exit("other")
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A wheelhouse with all that is needed."""
    folder = tmp_path / "house"
    make_wheel(folder, "greeting", "1.0", requires=['loud; extra == "loud"'], extras=["loud"])
    make_wheel(folder, "loud", "2.0")
    return folder


def pack(space: Space, house: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return space.oxidize("pack", *arguments, "--offline", "--wheelhouse", house)


def test_script(space: Space, empty: Path) -> None:
    """`oxidize pack` takes a script, and the modules beside it that it imports."""
    space.write("tool.py", "import sys\nimport helper\nprint(helper.VALUE, sys.argv[1:])\n")
    space.write("helper.py", "import below.deep\nVALUE = below.deep.VALUE\n")
    space.write("below/deep.py", "VALUE = 'found'\n")
    space.write("unrelated.py", "this is no Python\n")
    done = space.oxidize("pack", "tool.py", "-o", "out/tool")
    assert done.returncode == 0, done.stderr
    shutil.move(space.root / "out/tool", empty)
    assert run(empty / "tool", "a", "b", cwd=empty).stdout == b"found ['a', 'b']\n"


def test_odd_name(space: Space) -> None:
    """A script whose name is no identifier can be packed."""
    space.write("my tool-2.py", "print(__name__, 'é')\n")
    done = space.oxidize("pack", "my tool-2.py", "-o", "t")
    assert done.returncode == 0, done.stderr
    assert run(space.root / "t").stdout.decode() == "__main__ é\n"


@pytest.mark.parametrize(
    ("script", "text", "message"),
    [
        ("none.py", None, "there is no script none.py"),
        ("bad.py", "x = (\n", "bad.py:1: '(' was never closed"),
        (
            "old.py",
            '# /// script\n# requires-python = "<3"\n# ///\n',
            "old.py requires Python <3, and this is 3.",
        ),
    ],
)
def test_refused_script(space: Space, script: str, text: str | None, message: str) -> None:
    """What can't be packed is refused before anything is built."""
    if text is not None:
        space.write(script, text)
    done = space.oxidize("pack", script)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (space.root / script.removesuffix(".py")).exists()


def test_inline_dependencies(space: Space, house: Path, empty: Path) -> None:
    """A script's inline dependencies are installed, and no lock is left beside it."""
    space.write("hello.py", SCRIPT)
    done = pack(space, house, "hello.py")
    assert done.returncode == 0, done.stderr
    shutil.move(space.root / "hello", empty)
    assert run(empty / "hello", "x", cwd=empty).stdout == b"1.0 1.0 ['x']\n"
    assert [each.name for each in space.root.iterdir()] == ["hello.py"]


def test_lock_of_a_script(space: Space, house: Path) -> None:
    """What was resolved stays until --upgrade, for each script by itself."""
    space.write("hello.py", SCRIPT)
    assert pack(space, house, "hello.py").returncode == 0
    make_wheel(house, "greeting", "1.1", extras=["loud"], requires=['loud; extra == "loud"'])
    assert pack(space, house, "hello.py").returncode == 0
    assert run(space.root / "hello").stdout.startswith(b"1.0 ")
    assert pack(space, house, "hello.py", "--upgrade").returncode == 0
    assert run(space.root / "hello").stdout.startswith(b"1.1 ")


def test_unresolvable(space: Space, house: Path) -> None:
    """A dependency that doesn't exist is told in uv's words, and nothing is written."""
    space.write("hello.py", SCRIPT.replace("greeting[loud]", "absent"))
    done = pack(space, house, "hello.py")
    assert done.returncode in (1, 2)
    assert "absent" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (space.root / "hello").exists()


@pytest.fixture
def project(space: Space) -> Space:
    """A project with two scripts."""
    space.write("app/pyproject.toml", PYPROJECT)
    space.write("app/app.py", APP)
    space.write("app/backend.py", BACKEND)
    return space


def test_project(project: Space, house: Path, empty: Path) -> None:
    """A project is installed with what it needs, and its script called as an installer's is; its
    child processes don't call it again."""
    done = pack(project, house, "app")
    assert done.returncode == 0, done.stderr
    shutil.move(project.root / "app/dist/app", empty)
    done_ = run(empty / "app", "x", cwd=empty)
    assert (done_.returncode, done_.stdout) == (3, b"child\nmain 1.0 1.5 ['x']\n")


def test_named_script(project: Space, house: Path) -> None:
    """--script takes another one; an unchanged project isn't packed anew."""
    for arguments in ((), ("--script", "other", "-o", "out/second")):
        done = pack(project, house, "app", *arguments)
        assert done.returncode == 0, done.stderr
    done_ = run(project.root / "out/second")
    assert (done_.returncode, done_.stderr) == (1, b"other\n")
    assert pack(project, house, "app").returncode == 0
    assert "(0 ran" in pack(project, house, "app").stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("app", "--script", "othr"), "did you mean other?"),
        (("nothing",), "there is no script nothing"),
        ((".",), "holds nothing to run"),
        (("app/app.py", "--script", "app"), "--script is for projects"),
    ],
)
def test_refused(project: Space, house: Path, arguments: tuple[str, ...], message: str) -> None:
    """What can't be packed is refused at once."""
    done = pack(project, house, *arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_environment(space: Space, house: Path, empty: Path) -> None:
    """A program of a virtual environment has all of it, editable projects and metadata too."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", space.root / "venv"], check=True)
    (site,) = space.root.glob("venv/lib/python3*/site-packages")
    for wheel in house.iterdir():
        shutil.unpack_archive(wheel, site, "zip")
    space.write("mine/src/mine/__init__.py", "import greeting\nprint(greeting.version)\n")
    space.write("mine/src/mine/__main__.py", "import loud\nprint(loud.version)\n")
    (site / "mine.pth").write_text(f"{space.root}/mine/src\n")
    space.write(
        "build.star",
        """
def make():
    dist = default_python_distribution()
    config = dist.make_python_interpreter_config(run_module = "mine")
    exe = dist.to_python_executable(name = "mine", config = config)
    exe.add_python_resources(exe.read_virtualenv("venv"))
    return exe

register_target("mine", make)
""",
    )
    space.build()
    program = space.outputs("mine") / "mine"
    shutil.copy(program, empty)
    assert run(empty / "mine", cwd=empty).stdout == b"1.0\n2.0\n"
    assert os.fsencode(space.root) not in program.read_bytes()
    text = space.oxidize("inspect", program).stdout
    assert "greeting 1.0" in text
    assert "loud 2.0" in text


def test_manifest(space: Space) -> None:
    """A manifest's target is its files, and `run` runs its program."""
    space.write("data/a.txt", "a")
    for name in ("__init__.py", "data.txt", "tests/__init__.py", "old.pyc"):
        space.write(f"pack/{name}", "")
    space.write("tool.sh", "#!/bin/sh\n").chmod(0o755)
    space.write(
        "build.star",
        """
def make():
    dist = default_python_distribution()
    config = dist.make_python_interpreter_config(run_command = "print('ran')")
    files = dist.to_python_executable(name = "app", config = config).to_file_manifest("bin")
    exe = dist.to_python_executable(name = "unused")
    modules = exe.read_package_root(".", ["pack"])
    files.add_python_resources("lib", modules.without(["pack.tests"]))
    files.add_python_resource("lib", exe.make_python_module_source("pack.made", "x = 1"))
    files.add_manifest(glob(["data/**"], strip_prefix = "data"))
    files.add_file(FileContent(path = "tool.sh", executable = False), directory = "x")
    files.add_file(FileContent(filename = "start", content = "\\u00e9\\n", executable = True))
    return files

register_target("files", make)
""",
    )
    done = space.oxidize("run")
    assert (done.stdout, done.returncode) == ("ran\n", 0), done.stderr
    folder = space.outputs("files")
    found = sorted(each for each in folder.rglob("*") if each.is_file())
    assert [str(each.relative_to(folder)) for each in found] == [
        "a.txt", "bin/app", "lib/pack/__init__.py", "lib/pack/data.txt", "lib/pack/made.py",
        "start", "x/tool.sh",
    ]  # fmt: skip
    runnable = [each.name for each in found if each.stat().st_mode & stat.S_IXUSR]
    assert runnable == ["app", "start"]
    assert (folder / "start").read_text(encoding="utf-8") == "é\n"


def test_collision(space: Space, tmp_path: Path) -> None:
    """Two packages that ship a path with different contents are named, at the call to mend."""
    for name in ("one", "two"):
        make_wheel(tmp_path / "house", name, "1.0", {"both.py": f"x = '{name}'\n"})
    space.write(
        "build.star",
        """
def make():
    exe = default_python_distribution().to_python_executable(name = "app")
    exe.add_python_resources(exe.pip_install(["one", "two"]))
    return exe

register_target("app", make)
""",
    )
    done = space.oxidize("build", "--offline", "--wheelhouse", tmp_path / "house")
    assert done.returncode == 1
    assert "one 1.0 and two 1.0 both ship both.py" in done.stderr
    assert "build.star:4" in done.stderr
