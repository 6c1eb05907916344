"""Programs for Windows: built here, and run under wine with CPython's official runtime."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import lief
import pytest

from tests import pythons
from tests.distributions.archives import Archive
from tests.distributions.windows import TRIPLE, Windows
from tests.e2e.space import Space
from tests.e2e.wine import Wine

APP = Path(__file__).with_name("windows_app")
BUILD_FILE = """
def make():
    dist = PythonDistribution(sha256 = "{sha256}", local_path = "{path}")
    exe = dist.to_python_executable(
        "app",
        packaging_policy = dist.make_python_packaging_policy({policy}),
        config = dist.make_python_interpreter_config(run_module = "{module}"),
        {settings}
    )
    exe.add_python_resources(exe.pip_install({packages}))
    exe.add_python_resources(exe.read_package_root(path = ".", packages = ["{module}"]))
    return exe

register_target("app", make)
"""


def build(
    space: Space,
    archive: Archive,
    module: str,
    *packages: str,
    settings: str = "",
    policy: str = "",
) -> Path:
    """The program of a module."""
    pythons.need("3.11")
    text = BUILD_FILE.format(
        sha256=archive.sha256,
        path=archive.path,
        module=module,
        packages=json.dumps(packages),
        settings=settings,
        policy=policy,
    )
    space.write("build.star", text)
    space.build("--target-triple", TRIPLE)
    return space.outputs("app") / "app.exe"


@pytest.fixture(scope="module")
def program(
    tmp_path_factory: pytest.TempPathFactory,
    shared_cache: Path,
    windows: tuple[Windows, Archive],
) -> tuple[Path, Path]:
    """A program that has the checks, alone in a folder; and the folder of its sources."""
    space = Space(tmp_path_factory.mktemp("windows"), shared_cache)
    space.copy(APP)
    built = build(space, windows[1], "checks", "markupsafe==3.0.2")
    alone = tmp_path_factory.mktemp("alone") / "app.exe"
    shutil.copy(built, alone)
    return alone, space.root


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installed CPython of the same version, with the same packages."""
    folder = tmp_path_factory.mktemp("plain")
    subprocess.run([pythons.need("3.11"), "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "markupsafe==3.0.2"], check=True)
    return python


def both(
    wine: Wine, program: tuple[Path, Path], plain: Path, *arguments: str, stdin: str = ""
) -> tuple[subprocess.CompletedProcess[str], subprocess.CompletedProcess[str]]:
    """What the program does, and what plain Python does."""
    path, sources = program
    command = [str(plain), "-m", "checks", *arguments]
    expected = subprocess.run(
        command, cwd=sources, input=stdin, capture_output=True, encoding="utf-8", check=False
    )
    return wine.run(path, *arguments, stdin=stdin), expected


@pytest.mark.parametrize("check", ["extensions", "data", "children"])
def test_as_plain_python(wine: Wine, program: tuple[Path, Path], plain: Path, check: str) -> None:
    """A program for Windows, one file, says what plain Python says: with DLLs and extension modules
    from memory, data of packages, and children by multiprocessing and of itself."""
    ran, expected = both(wine, program, plain, check)
    assert (ran.stdout, ran.stderr, ran.returncode) == (expected.stdout, "", 0)
    assert [each.name for each in program[0].parent.iterdir()] == ["app.exe"]


def test_streams(wine: Wine, program: tuple[Path, Path], plain: Path) -> None:
    """Arguments of any language and form arrive as they were, text is UTF-8, and the exit code is
    the application's."""
    arguments = ("streams", "", "a b", 'c"d\\', "*", "äöü", "日本", "--help")
    ran, expected = both(wine, program, plain, *arguments, stdin="in: ä\n")
    assert (ran.stdout, ran.stderr, ran.returncode) == (expected.stdout, "to stderr\n", 7)


def test_traceback(wine: Wine, program: tuple[Path, Path]) -> None:
    """A traceback has the sources' lines, and paths inside the program as Windows writes them."""
    ran = wine.run(program[0], "errors")
    assert ran.returncode == 1
    assert 'app.exe\\checks\\deeper.py", line 5, in fail\n    raise ValueError(' in ran.stderr
    assert ran.stderr.endswith("ValueError: deep inside\n")


def test_handles(wine: Wine, program: tuple[Path, Path]) -> None:
    """ctypes finds the modules that the program has loaded itself, by name and by handle."""
    ran = wine.run(program[0], "handles")
    assert (ran.stdout, ran.stderr) == ("True\n" * 3, "")


def test_what_is_told_of_it(space: Space, program: tuple[Path, Path]) -> None:
    """`inspect` and `analyze` read programs for Windows; the verdict is theirs, too."""
    path = program[0]
    shown = space.oxidize("inspect", path).stdout
    assert "CPython 3.11.9 (standalone distribution) for x86_64-pc-windows-msvc" in shown
    analyzed = json.loads(space.oxidize("analyze", "--json", path).stdout)
    assert "needs Windows 10.0 or newer" in space.oxidize("analyze", path).stdout
    assert {row["part_of"] for row in analyzed["files"][0]["libraries"]} == {"system"}


def test_extracted(space: Space, wine: Wine, windows: tuple[Windows, Archive]) -> None:
    """What is to be extracted is, with all that it needs, into the user's folder for programs; the
    rest finds it from memory."""
    space.write("app/__init__.py", "")
    code = """
        import _ctypes, _sqlite3, sys
        from markupsafe import _speedups
        print(_sqlite3.sqlite_version > "3", _speedups.__spec__.origin.startswith(sys.executable))
    """
    space.write("app/__main__.py", "\n".join(map(str.strip, code.splitlines())))
    policy = 'resources_location_fallback = "extracted", extension_module_filter = "all"'
    path = build(space, windows[1], "app", "markupsafe==3.0.2", policy=policy)
    ran = wine.run(path)
    assert (ran.stdout, ran.stderr) == ("True True\n", "")
    folder = next((wine.drive / "users").glob("*/AppData/Local/oxidize-programs"))
    assert list(folder.glob("*/lib/python311.dll"))


def test_looks(space: Space, wine: Wine, windows: tuple[Windows, Archive]) -> None:
    """A program has its icon, its version and a manifest, and no console where none is wanted."""
    space.write("app/__init__.py", "")
    space.write("app/__main__.py", "import sys; sys.exit(5)\n")
    (space.root / "app.ico").write_bytes(icon())
    settings = """
        windows_subsystem = "windows", windows_icon = "app.ico",
        windows_version_info = {"FileVersion": "1.2.3", "ProductName": "Prüfung"},
    """
    path = build(space, windows[1], "app", settings=settings)
    pe = lief.PE.parse(str(path))
    assert pe is not None
    assert pe.optional_header.subsystem == lief.PE.OptionalHeader.SUBSYSTEM.WINDOWS_GUI
    resources = pe.resources_manager
    assert isinstance(resources, lief.PE.ResourcesManager)
    assert [(each.width, each.height) for each in resources.icons] == [(16, 16), (32, 32)]
    assert "<longPathAware" in resources.manifest
    assert "activeCodePage" in resources.manifest
    version = str(resources.version[0])
    assert "1-2-3-0" in version
    assert "ProductName: Prüfung" in version
    assert wine.run(path).returncode == 5


def icon() -> bytes:
    """Two pictures, whose bytes nothing here looks at."""
    rows = b"".join(
        bytes([size, size, 0, 0, 1, 0, 32, 0])
        + (40).to_bytes(4, "little")
        + (38).to_bytes(4, "little")
        for size in (16, 32)
    )
    return bytes([0, 0, 1, 0, 2, 0]) + rows + bytes(40)
