"""A CPython whose libpython is a shared library, in one file all the same."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import pythons
from tests.e2e.space import APP, Space, run
from tests.e2e.test_build import fake_python
from tests.e2e.test_process import python_says

CHECK = """
import sysconfig, pathlib
path = pathlib.Path(*map(sysconfig.get_config_var, ("LIBDIR", "INSTSONAME")))
print(".so" in path.name and path.is_file())
"""


@pytest.fixture(scope="module", params=pythons.MINORS)
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_cache: Path
) -> tuple[str, Path]:
    """(version, the tests' program) built as where no static libpython is installed."""
    minor = str(request.param)
    real = pythons.need(minor)
    says = subprocess.run([real, "-c", CHECK], capture_output=True, check=True).stdout
    if says.strip() != b"True":
        pythons.missing(f"python{minor} with a shared libpython")
    space = Space(tmp_path_factory.mktemp("shared"), shared_cache)
    space.copy(APP)
    python = fake_python(space.root, {"config": {"LIBRARY": "none.a"}}, real)
    space.build("--var", f"PYTHON={python}")
    alone = tmp_path_factory.mktemp("alone") / "probe"
    shutil.copy(space.outputs("probe") / "probe", alone)
    return minor, alone


@pytest.mark.parametrize("check", ["resources", "modules", "extensions", "everything"])
def test_as_python(shared: tuple[str, Path], check: str) -> None:
    """Everything works as with a static libpython, alone in an empty environment."""
    minor, program = shared
    done = run(program, check)
    assert done.returncode == 0, done.stderr.decode()
    expected = json.loads(python_says(minor, check).stdout)
    if check == "extensions":
        expected = json.loads(done.stdout) | expected
    assert json.loads(done.stdout) == expected


def test_launcher_is_the_program(shared: tuple[str, Path]) -> None:
    """The launcher needs no Python library, and is the process that runs the application."""
    _, program = shared
    needed = subprocess.run(
        [pythons.need_tool("readelf"), "-d", program], capture_output=True, text=True, check=True
    ).stdout
    assert "libpython" not in needed
    assert run(program, "code", "9").returncode == 9
