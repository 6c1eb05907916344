"""Importing: modules, data, metadata and extension modules out of the program's memory."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from tests import pythons
from tests.e2e.space import APP, run
from tests.e2e.test_process import python_says


def says(program: Path, *arguments: str, **options: Path) -> object:
    done = run(program, *arguments, cwd=options.get("cwd"))
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_identity(probe: Path) -> None:
    """__file__, __spec__, __cached__, code objects and inspect agree on where a module is."""
    assert says(probe, "identity") == {
        "file": True,
        "package": True,
        "code": True,
        "spec": True,
        "main": ["probe.__main__", True],
        "source": True,
        "stdlib_source": True,
        "stdlib_code": True,
        "cached": True,
        "frozen": [True, True],
        "utf8": [1, "utf-8"],
    }


def test_resources(probe: Path, minor: str) -> None:
    """importlib.resources and pkgutil give package data as plain Python does."""
    expected = json.loads(python_says(minor, "resources").stdout)
    assert says(probe, "resources") == expected
    assert expected["names"] == ["deep", "note.txt"]


def test_modules(probe: Path, minor: str) -> None:
    """pkgutil lists packages and namespace packages as plain Python does."""
    expected = json.loads(python_says(minor, "modules").stdout)
    assert says(probe, "modules") == expected


def test_extension_modules(probe: Path) -> None:
    """Extension modules work with the libraries that they need: SQLite, OpenSSL, libffi, ..."""
    assert says(probe, "extensions") == {
        "sqlite": 42,
        "ctypes": 42,
        "squeezed": True,
        "decimal": "0.3333333333333333333333333333",
        "sha": "e3b0c442",
        "ssl": True,
    }


def test_codecs(probe: Path, minor: str) -> None:
    """Rare codecs work, as those that CPython doesn't need to start."""
    expected = json.loads(python_says(minor, "codecs").stdout)
    assert says(probe, "codecs") == expected
    assert all(expected["codecs"].values())


def test_whole_standard_library(probe: Path, minor: str) -> None:
    """What plain Python can import of its standard library, the program can."""
    expected = json.loads(python_says(minor, "everything").stdout)
    assert says(probe, "everything") == expected


def test_few_descriptors(probe: Path) -> None:
    """Extension modules hold no file descriptors: 16 are enough for all of them."""
    assert says(probe, "many_extensions") == says(probe, "everything")


def test_plugin_folder(probe: Path, tmp_path: Path) -> None:
    """A folder put on sys.path works, and its modules import the program's and the stdlib's."""
    (tmp_path / "extra.py").write_text("import wave, probe.faults\nVALUE = 7\n")
    done = run(probe, "plugin", str(tmp_path))
    assert done.stdout.decode() == f"7 {tmp_path}/extra.py\n"


def test_nothing_reaches_in(probe: Path, tmp_path: Path) -> None:
    """PYTHONPATH, PYTHONHOME and the current folder don't change what is imported."""
    (tmp_path / "random.py").write_text("raise SystemExit('reached in')")
    env = {"PYTHONPATH": str(tmp_path), "PYTHONHOME": str(tmp_path), "HOME": str(tmp_path)}
    done = run(probe, "random_module", env=env, cwd=tmp_path)
    assert done.stdout.decode() == f"{probe}/random.py\n"


def test_app_is_what_python_runs(minor: str) -> None:
    """The tests' own program is sound: plain Python passes the same checks."""
    python = pythons.need(minor)
    done = run(python, "-B", "-m", "probe", "extensions", cwd=APP)
    assert done.returncode == 0, done.stderr.decode()


def test_undecodable_paths(probe: Path, tmp_path: Path) -> None:
    """A folder whose name isn't UTF-8 works on sys.path, and holding the program."""
    folder = os.fsencode(tmp_path) + b"/d\xff"
    os.mkdir(folder)  # noqa: PTH102
    inside = os.fsdecode(folder)
    shutil.copy(probe, inside)
    (tmp_path / "extra.py").write_text("VALUE = 1\n")
    shutil.copy(tmp_path / "extra.py", inside)
    done = run(inside + "/probe", "plugin", inside)
    assert done.stdout == b"1 " + folder + b"/extra.py\n", done.stderr
    assert run(inside + "/probe", "resources").stdout == run(probe, "resources").stdout
    assert run(probe, "imports", "no.such", "extra\udcff").returncode == 0


def test_plugin_beside(probe: Path, tmp_path: Path) -> None:
    """A package on disk keeps its own modules, also where its path begins like the program's."""
    program = tmp_path / "app"
    shutil.copy(probe, program)
    package = tmp_path / "app-plugins" / "probe_plugin"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (tmp_path / "app-plugins" / "extra.py").write_text(
        "import sys, types\n"
        "sys.modules['probe'] = module = types.ModuleType('probe')\n"
        f"module.__path__ = [{str(package)!r}]\n"
        "from probe import faults as VALUE\n"
    )
    (package / "faults.py").write_text("")
    done = run(program, "plugin", str(tmp_path / "app-plugins"))
    assert f"from '{package}/faults.py'" in done.stdout.decode()


def test_namespace_on_disk(probe: Path, tmp_path: Path) -> None:
    """A namespace package of the program goes on in folders of sys.path."""
    (tmp_path / "spaces").mkdir()
    (tmp_path / "spaces" / "more.py").write_text("WORD = 'disk'\n")
    (tmp_path / "extra.py").write_text(
        "import spaces.more, spaces.inner.thing\n"
        "from importlib import resources\n"
        "VALUE = [spaces.more.WORD, spaces.inner.thing.HERE,\n"
        "         sorted(p.name for p in resources.files('spaces').iterdir())]\n"
    )
    done = run(probe, "plugin", str(tmp_path))
    expected = "['disk', 'a namespace package', ['inner']]"
    assert done.stdout.decode().startswith(expected), done.stderr.decode()


def test_vendored_folder(probe: Path, tmp_path: Path) -> None:
    """A folder of packages inside the program works on sys.path, as setuptools vendors its own."""
    (tmp_path / "extra.py").write_text(
        "import sys, oxidized_importer\n"
        "base = oxidized_importer.finder.path_hook_base_str\n"
        "sys.path.append(base + '/spaces')\n"
        "import inner.thing\n"
        "VALUE = [inner.thing.__name__, inner.thing.__file__ == base + '/spaces/inner/thing.py',\n"
        "         inner.thing.HERE, 'spaces.inner' in sys.modules]\n"
    )
    done = run(probe, "plugin", str(tmp_path))
    expected = "['inner.thing', True, 'a namespace package', False]"
    assert done.stdout.decode().startswith(expected), done.stderr.decode()
