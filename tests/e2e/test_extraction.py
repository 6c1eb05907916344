"""Files that programs write: when, where, and how they hold against what happens to them."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import pythons
from tests.e2e.roots import make_root
from tests.e2e.space import Space, run


@pytest.fixture
def bare_root(tmp_path: Path, probes: Callable[[str], Path], root_only: None) -> Path:
    """A root with glibc, the tests' program and an empty /tmp: no /proc."""
    root = make_root(probes("3.11"), tmp_path / "root")
    (root / "tmp").mkdir()
    return root


def inside(
    root: Path, *arguments: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return run(pythons.need_tool("chroot"), str(root), "/probe", *arguments, env=env)


def extracted(root: Path) -> list[Path]:
    return [path for path in (root / "tmp").rglob("*") if path.is_file()]


def test_without_proc(bare_root: Path) -> None:
    """Where memory can't hold code, libraries are extracted once, privately, and work."""
    first = inside(bare_root, "extensions")
    assert first.returncode == 0, first.stderr.decode()
    assert json.loads(first.stdout)["sqlite"] == 42
    before = {path: path.stat().st_ino for path in extracted(bare_root)}
    assert any(path.name.startswith("libsqlite3") for path in before)
    folders = [path for path in (bare_root / "tmp").rglob("*") if path.is_dir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}
    assert inside(bare_root, "extensions").stdout == first.stdout
    assert {path: path.stat().st_ino for path in extracted(bare_root)} == before


def test_racing_first_starts(bare_root: Path) -> None:
    """Eight first starts at once all work, and leave no temporary file."""
    command = [pythons.need_tool("chroot"), str(bare_root), "/probe", "extensions"]
    started = [subprocess.Popen(command, env={}, stdout=subprocess.PIPE) for _ in range(8)]
    answers = {process.communicate()[0] for process in started}
    names = [path.name for path in extracted(bare_root)]
    assert answers == {inside(bare_root, "extensions").stdout}
    assert [path.name for path in extracted(bare_root)] == names
    assert not [name for name in names if re.search(r"\.so.*\.[A-Za-z0-9]{6}$", name)]


def test_tampered_library(bare_root: Path) -> None:
    """An extracted library with other bytes is replaced before it is loaded."""
    inside(bare_root, "extensions")
    (library,) = [p for p in extracted(bare_root) if p.name.startswith("libsqlite3")]
    good = library.read_bytes()
    library.write_bytes(b"\0" * len(good))
    assert inside(bare_root, "extensions").returncode == 0
    assert library.read_bytes() == good


def test_not_private(bare_root: Path) -> None:
    """A folder that others could have written to is passed over."""
    (bare_root / "tmp/oxidize-programs-0").mkdir()
    (bare_root / "tmp/oxidize-programs-0").chmod(0o777)
    done = inside(bare_root, "extensions")
    assert b"/tmp/oxidize-programs-0" in done.stderr
    assert extracted(bare_root) == []


def test_nowhere(bare_root: Path) -> None:
    """Where nothing can be written, one line names the folders that were tried."""
    (bare_root / "tmp").rmdir()
    (bare_root / "blocked").write_text("a file")
    done = inside(bare_root, "extensions", env={"OXIDIZE_EXTRACT_DIR": "/blocked/x"})
    assert done.returncode == 1
    line = done.stderr.decode().splitlines()[-1]
    assert line.startswith("ImportError: ")
    tried = "/blocked/x/oxidize-programs, /var/tmp/oxidize-programs-0, /tmp/oxidize-programs-0"
    assert f"no folder to write and execute files in: tried {tried}" in line


def test_chosen_folder(bare_root: Path) -> None:
    """OXIDIZE_EXTRACT_DIR comes first, and is made with all around it."""
    env = {"OXIDIZE_EXTRACT_DIR": "/my/own"}
    assert inside(bare_root, "extensions", env=env).returncode == 0
    assert list((bare_root / "my/own").iterdir())
    assert extracted(bare_root) == []


def test_unused_are_removed(bare_root: Path) -> None:
    """Making a program's folder removes those of programs unused for 30 days, and only those."""
    folder = bare_root / "tmp/oxidize-programs-0"
    folder.mkdir(mode=0o700)
    other_name = "photos-of-summer-2019-in-the-alp"
    old, young, other = (folder / name for name in ("a" * 32, "b" * 32, other_name))
    month_ago = time.time() - 31 * 24 * 3600
    for path in (old, young, other):
        (path / "deep").mkdir(parents=True)
        (path / "deep" / "file").write_text("x")
    for path in (old, other):
        os.utime(path, (month_ago, month_ago))
    assert inside(bare_root, "extensions").returncode == 0
    assert (old.exists(), young.exists(), other.exists()) == (False, True, True)


BUILD = """
def make():
    dist = default_python_distribution()
    exe = dist.to_python_executable(
        name = "app",
        config = dist.make_python_interpreter_config(run_module = "main"),
    )
    names = ["main", "asks", "bare", "later", "ns", "own"]
    exe.add_python_resources(exe.read_package_root(path = ".", packages = names))
    return exe

register_target("app", make)
"""


LATER = """
import os

def path(name, here=lambda: os.path.dirname(__file__)):
    return os.path.join(here(), "deep", name)

class Words:
    def read(self):
        return open(path("words.txt")).read()
"""


@pytest.fixture
def files_app(space: Space) -> Path:
    """A program with a package that names its __file__, and one whose __file__ others ask for."""
    space.write("build.star", BUILD)
    space.write("asks/__init__.py", "FOUND = True\n")
    space.write("asks/words.txt", "asked for")
    space.write("own/__init__.py", "import os\nHERE = os.path.dirname(__file__)\n")
    space.write("own/words.txt", "its own")
    space.write("later/__init__.py", LATER)
    space.write("bare.py", "def where():\n    return __file__\n")
    space.write("ns/part.py", "")
    space.write("ns/words.txt", "in a namespace package")
    space.write("later/deep/words.txt", "in a function")
    space.write(
        "main.py",
        "import sys, os, inspect\n"
        "if 'own' in sys.argv:\n"
        "    import own\n"
        "    print(open(os.path.join(own.HERE, 'words.txt')).read())\n"
        "if 'later' in sys.argv:\n"
        "    import later\n"
        "    print(os.path.exists(os.environ['HOME'] + '/.cache'), later.Words().read())\n"
        "if 'bare' in sys.argv:\n"
        "    import bare, ns.part\n"
        "    print(bare.where() == sys.executable + '/bare.py', hasattr(ns, '__file__'))\n"
        "if 'as_file' in sys.argv:\n"
        "    from importlib import resources\n"
        "    with resources.as_file(resources.files('asks') / 'words.txt') as path:\n"
        "        kept = path\n"
        "    print(kept.read_text(), kept.is_relative_to(os.environ['HOME']))\n"
        "if 'asks' in sys.argv:\n"
        "    import asks\n"
        "    print(os.path.exists(asks.__file__))\n"
        "    print(open(os.path.join(os.path.dirname(asks.__file__), 'words.txt')).read())\n"
        "if 'spec' in sys.argv:\n"
        "    from importlib.util import find_spec\n"
        "    folders = find_spec('asks').submodule_search_locations\n"
        "    print(open(os.path.join(*folders, 'words.txt')).read())\n"
        "    print(find_spec('bare').submodule_search_locations)\n"
        "    print([*find_spec('later').submodule_search_locations])\n"
        "if 'import' in sys.argv:\n"
        "    import asks\n"
        "    inspect.getmodule(os.path.join)\n"
        "    print(inspect.getsource(asks) == 'FOUND = True\\n')\n",
    )
    space.build()
    return space.outputs("app") / "app"


def test_own_file(files_app: Path, tmp_path: Path) -> None:
    """A package that opens a file beside its own __file__ finds it."""
    done = run(files_app, "own", env={"HOME": str(tmp_path)})
    assert done.stdout == b"its own\n", done.stderr.decode()
    assert list(tmp_path.glob(".cache/oxidize-programs/*/own/words.txt"))


def test_file_in_a_function(files_app: Path, tmp_path: Path) -> None:
    """A function that opens a file beside its module finds it; until then, nothing is written."""
    done = run(files_app, "later", env={"HOME": str(tmp_path)})
    assert done.stdout == b"False in a function\n", done.stderr.decode()


def test_no_data(files_app: Path, tmp_path: Path) -> None:
    """Without data files, __file__ in a function is the virtual path; a namespace has none."""
    done = run(files_app, "bare", env={"HOME": str(tmp_path)})
    assert done.stdout == b"True False\n", done.stderr.decode()


def test_as_file(files_app: Path, tmp_path: Path) -> None:
    """as_file() gives a file that stays, in the private folder."""
    done = run(files_app, "as_file", env={"HOME": str(tmp_path)})
    assert done.stdout == b"asked for True\n", done.stderr.decode()


def test_tampered_data(files_app: Path, tmp_path: Path) -> None:
    """An extracted data file with other bytes of the same number is written again."""
    env = {"HOME": str(tmp_path)}
    run(files_app, "own", env=env)
    (words,) = tmp_path.glob(".cache/oxidize-programs/*/own/words.txt")
    words.write_text("another")
    assert run(files_app, "own", env=env).stdout == b"its own\n"


def test_asked_file(files_app: Path, tmp_path: Path) -> None:
    """A package whose __file__ the application asks for is on disk from then on."""
    done = run(files_app, "asks", env={"HOME": str(tmp_path)})
    assert done.stdout == b"True\nasked for\n", done.stderr.decode()


def test_locations_of_a_spec(files_app: Path, tmp_path: Path) -> None:
    """The folders of a spec, where template loaders look, are real for a package with data."""
    done = run(files_app, "spec", env={"HOME": str(tmp_path)})
    words, none, folders = done.stdout.decode().splitlines()
    assert (words, none) == ("asked for", "None"), done.stderr.decode()
    assert folders.startswith(f"['{tmp_path}/.cache/oxidize-programs/")


def test_importing_writes_nothing(files_app: Path, tmp_path: Path) -> None:
    """Importing a package with data, and inspect's looks at __file__, write nothing."""
    done = run(files_app, "import", env={"HOME": str(tmp_path)})
    assert done.stdout == b"True\n", done.stderr.decode()
    assert list(tmp_path.iterdir()) == [tmp_path / "project"]


def test_file_where_nothing_can_be_written(files_app: Path, root_only: None) -> None:
    """On a read-only system, __file__ is the virtual path, and opening beside it fails clearly."""
    script = (
        "mount -o bind / /mnt && mount -o remount,bind,ro /mnt && "
        'mount -t proc proc /mnt/proc && exec chroot /mnt "$0" own'
    )
    place = Path("/opt") / f"oxidize-files-{files_app.stat().st_ino}"
    shutil.copy(files_app, place)
    try:
        done = subprocess.run(
            ["unshare", "-m", "sh", "-ec", script, str(place)],
            capture_output=True,
            check=False,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        )
    finally:
        place.unlink()
    assert done.returncode == 1
    assert f"NotADirectoryError: [Errno 20] Not a directory: '{place}/own" in done.stderr.decode()
