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
from tests.distributions.windows import Windows
from tests.e2e.space import Space
from tests.e2e.windows_builds import build
from tests.e2e.wine import Wine

APP = Path(__file__).with_name("windows_app")


@pytest.fixture(scope="module")
def program(
    tmp_path_factory: pytest.TempPathFactory,
    shared_cache: Path,
    windows: tuple[Windows, Archive],
) -> tuple[Path, Path]:
    """A program that has the checks, alone in a folder; and the folder of its sources."""
    space = Space(tmp_path_factory.mktemp("windows"), shared_cache)
    space.copy(APP)
    whole = (windows[0].root / "deploy_libs" / "_queue.pyd").read_bytes()
    for name, (data, _) in damaged(whole).items():
        (space.root / "checks" / f"{name}.pyd").write_bytes(data)
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
    if check == "data":
        assert list(
            (wine.drive / "users").glob("*/AppData/Local/oxidize-programs/*/checks/data.txt")
        )


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


def edited(data: bytes, place: int, value: bytes) -> bytes:
    return data[:place] + value + data[place + len(value) :]


def damaged(whole: bytes) -> dict[str, tuple[bytes, str]]:
    """Name -> a damaged module, and what is said of it."""
    optional = int.from_bytes(whole[0x3C:0x40], "little") + 24
    table = optional + int.from_bytes(whole[optional - 4 : optional - 2], "little")
    far, imports, relocations = b"\xf0\xff\xff\x7f", optional + 120, optional + 152
    return {
        "text": (b"no DLL", "it is cut off"),
        "script": (b"#" * 5000, "it is no PE file"),
        "cut": (whole[:700], "it is cut off"),
        "halved": (whole[: len(whole) // 2], "its sections are damaged"),
        "foreign": (edited(whole, optional - 20, b"\x64\xaa"), "it is for another machine"),
        "program": (edited(whole, optional - 2, b"\x22\x00"), "it is no DLL"),
        "small": (edited(whole, optional + 56, b"\x00\x10\x00\x00"), "its sections are damaged"),
        "moved": (edited(whole, table + 12, far), "its sections are damaged"),
        "relocated": (edited(whole, relocations, whole[imports : imports + 4]), "its relocations"),
        "importing": (edited(whole, imports, whole[relocations : relocations + 4]), ""),
    }


def test_damage(wine: Wine, program: tuple[Path, Path], windows: tuple[Windows, Archive]) -> None:
    """A damaged DLL is an ImportError in one line that says what is wrong, and never a crash."""
    cases = damaged((windows[0].root / "deploy_libs" / "_queue.pyd").read_bytes())
    ran = wine.run(program[0], "damaged", *cases)
    said = ran.stdout.splitlines()
    assert (ran.returncode, ran.stderr, len(said)) == (0, "", len(cases))
    for line, (name, (_, why)) in zip(said, cases.items(), strict=True):
        assert line.startswith(f"checks.{name}: checks/{name}.pyd can't be loaded: {why}")


def test_what_is_told_of_it(space: Space, program: tuple[Path, Path]) -> None:
    """`inspect` and `analyze` read programs for Windows; the verdict is theirs, too."""
    path = program[0]
    shown = space.oxidize("inspect", path).stdout
    assert "CPython 3.11.9 (standalone distribution) for x86_64-pc-windows-msvc" in shown
    analyzed = json.loads(space.oxidize("analyze", "--json", path).stdout)
    assert "needs Windows 10.0 or newer" in space.oxidize("analyze", path).stdout
    assert {row["part_of"] for row in analyzed["binaries"][0]["libraries"]} == {"system"}


def run_extracting(wine: Wine, program: Path, folder: Path) -> tuple[str, str, set[str]]:
    """What a program says, and the names of the DLLs that it extracts there."""
    place = "Z:" + str(folder).replace("/", "\\")
    ran = wine.run(program, OXIDIZE_EXTRACT_DIR=place)
    found = (file for file in folder.rglob("*") if file.suffix in (".dll", ".pyd"))
    return ran.stdout, ran.stderr, {file.name for file in found}


def test_extracted(space: Space, wine: Wine, windows: tuple[Windows, Archive]) -> None:
    """Extension modules that are to be extracted are, with all DLLs that they need."""
    space.write("app/__init__.py", "")
    space.write("app/__main__.py", "import sqlite3; print(sqlite3.sqlite_version > '3')\n")
    policy = 'resources_location = "extracted"'
    path = build(space, windows[1], "app", policy=policy)
    dlls = {"_sqlite3.pyd", "python311.dll", "sqlite3.dll", "vcruntime140.dll"}
    for _ in range(2):  # the second start finds them there
        assert run_extracting(wine, path, space.root / "own") == ("True\n", "", dlls)


def test_variables_of_threads(space: Space, wine: Wine, windows: tuple[Windows, Archive]) -> None:
    """An extension module that only Windows' own loader can have, being compiled Rust, is extracted
    unasked, with CPython's DLLs; others still come from memory."""
    space.write("app/__init__.py", "")
    code = """
        import bcrypt, threading
        from markupsafe import _speedups
        hashed = bcrypt.hashpw(b"word", bcrypt.gensalt(4))
        check = lambda: print(bcrypt.checkpw(b"word", hashed))
        check()
        thread = threading.Thread(target=check)
        thread.start()
        thread.join()
    """
    space.write("app/__main__.py", "\n".join(map(str.strip, code.splitlines())))
    path = build(space, windows[1], "app", "markupsafe==3.0.2", "bcrypt==5.0.0")
    modules = json.loads(space.oxidize("inspect", "--json", path).stdout)["modules"]
    places = [modules[each]["location"] for each in ("bcrypt._bcrypt", "markupsafe._speedups")]
    assert places == ["extracted", "in-memory"]
    dlls = {"_bcrypt.pyd", "python3.dll", "python311.dll", "vcruntime140.dll"}
    said = run_extracting(wine, path, space.root / "own")
    assert said == ("True\nTrue\n", "", dlls)


def test_looks(space: Space, wine: Wine, windows: tuple[Windows, Archive]) -> None:
    """A program has a drawing as its icon, its version and a manifest, and no console where none is
    wanted."""
    space.write("app/__init__.py", "")
    space.write("app/__main__.py", "import sys; sys.exit(5)\n")
    space.write(
        "app.svg",
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7z"/></svg>',
    )
    settings = """
        windows_subsystem = "windows", windows_icon = "app.svg",
        windows_version_info = {"FileVersion": "1.2.3", "ProductName": "Prüfung"},
    """
    path = build(space, windows[1], "app", settings=settings)
    pe = lief.PE.parse(str(path))
    assert pe is not None
    assert pe.optional_header.subsystem == lief.PE.OptionalHeader.SUBSYSTEM.WINDOWS_GUI
    resources = pe.resources_manager
    assert isinstance(resources, lief.PE.ResourcesManager)
    sizes = [each.width or 256 for each in resources.icons]
    assert sizes == [16, 20, 24, 32, 40, 48, 64, 128, 256]
    assert "<longPathAware" in resources.manifest
    assert "activeCodePage" in resources.manifest
    version = str(resources.version[0])
    assert "1-2-3-0" in version
    assert "ProductName: Prüfung" in version
    assert wine.run(path).returncode == 5
