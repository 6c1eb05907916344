"""The samples with real packages: each is one file that runs in an empty environment."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from tests import pythons
from tests.e2e.space import REPOSITORY, Space, run

SAMPLES = REPOSITORY / "samples"
WITH_PACKAGES = ("cli", "science", "service", "data", "desktop")
# Nothing can be written anywhere, and what could be is not for executing.
READ_ONLY = (
    "mount -o bind / /mnt && mount -o remount,bind,ro /mnt && mount -t proc proc /mnt/proc && "
    "mount -t tmpfs -o ro,noexec tmpfs /mnt/tmp && mount -t tmpfs -o ro,noexec tmpfs /mnt/dev/shm "
    '&& exec chroot /mnt "$0" "$@"'
)


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Callable[[str], Path]:
    """Name -> the sample's program, alone in a folder."""
    built: dict[str, Path] = {}

    def build(name: str) -> Path:
        if name not in built:
            space = Space(tmp_path_factory.mktemp("sample"), shared_cache)
            space.copy(SAMPLES / name)
            space.build("--locked")
            (program,) = space.root.glob("build/*/debug/*/*")
            built[name] = tmp_path_factory.mktemp("alone") / program.name
            shutil.move(program, built[name])
            shutil.rmtree(space.root)
        return built[name]

    return build


@pytest.mark.parametrize("name", ["hello", "toolbox", "with-rules", *WITH_PACKAGES[:-1]])
def test_short(name: str) -> None:
    """A sample's build file has at most 15 lines."""
    assert len((SAMPLES / name / "build.star").read_text().splitlines()) <= 15


def test_locks_name_no_host() -> None:
    """The samples' locks name packages and hashes, and no place on a network."""
    for name in ("toolbox", *WITH_PACKAGES):
        lock = (SAMPLES / name / "oxidize.lock").read_text()
        assert "sha256" in lock
        assert "://" not in lock


def test_cli(samples: Callable[[str], Path], empty: Path) -> None:
    """click's subcommands, rich's tables and metadata.version work."""
    program = samples("cli")
    assert run(program, "add", "buy", "tea", cwd=empty).stdout == b"- buy tea\n"
    table = run(program, "show", "één", "zwei", cwd=empty).stdout.decode()
    assert "│ 1 │ één" in table
    about = run(program, "about", cwd=empty).stdout.decode()
    assert re.fullmatch(r"click \d+\.\d+\.\d+\nrich \d+\.\d+\.\d+\n", about)
    assert run(program, "none", cwd=empty).returncode == 2


def test_science(samples: Callable[[str], Path], tmp_path: Path) -> None:
    """numpy's linear algebra and random numbers work, out of memory: nothing is written."""
    done = run(samples("science"), env={"HOME": str(tmp_path)}, cwd=tmp_path)
    assert done.stdout.decode().splitlines()[1:] == [
        "slope 3.0, intercept 2.0",
        "eigenvalues [1.0, 3.0]",
        "inverse is good: True",
    ], done.stderr.decode()
    assert list(tmp_path.iterdir()) == []


def test_data(samples: Callable[[str], Path], tmp_path: Path) -> None:
    """pandas reads a CSV file beside the module, and SQLite sums it up."""
    done = run(samples("data"), env={"HOME": str(tmp_path)})
    assert done.stdout.decode().splitlines() == [
        "2026-01 42.50",
        "2026-02 58.15",
        "2026-03 12.50",
        "total 113.15",
    ], done.stderr.decode()


def test_rules_of_a_library(tmp_path: Path, shared_cache: Path, empty: Path) -> None:
    """A project that uses another sample's rules gets a program that knows its version, and a
    bundle with the project's manual and the library's own text."""
    space = Space(tmp_path / "with-rules", shared_cache)
    space.copy(SAMPLES / "with-rules")
    shutil.copytree(SAMPLES / "rules-library", tmp_path / "rules-library")
    space.build("ledger", "ledger-bundle", "--locked")
    program = space.outputs("ledger") / "ledger"
    assert run(program, "--version", cwd=empty).stdout == b"ledger 1.4.0\n"
    assert run(program, "1.50", "2", cwd=empty).stdout == b"3.50\n"
    bundle = space.outputs("ledger-bundle") / "ledger-1.4.0"
    assert {path.relative_to(bundle).as_posix() for path in bundle.rglob("*.*")} == {
        "INSTALL.txt",
        "manual/manual.md",
    }
    assert (bundle / "ledger").read_bytes() == program.read_bytes()


def test_service(samples: Callable[[str], Path], tmp_path: Path) -> None:
    """fastapi answers a real HTTP request over loopback, and ends well at SIGTERM."""
    process = subprocess.Popen(
        [samples("service"), "0"],
        env={"HOME": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        found = re.search(r"running on (http://127\.0\.0\.1:\d+)", line)
        if found:
            break
    else:
        pytest.fail("the service ended")
    with urllib.request.urlopen(f"{found[1]}/hello/Ada", timeout=30) as answer:
        assert json.load(answer) == {"text": "Hello, Ada!", "length": 11}
    process.terminate()
    assert "Finished server process" in process.communicate(timeout=30)[1]


def test_desktop(samples: Callable[[str], Path], tmp_path: Path) -> None:
    """PySide6 draws with Qt's fonts and plugins, and finds the data of the application."""
    pythons.need_library("EGL")
    done = run(
        samples("desktop"),
        *("--pdf", "welcome.pdf"),
        env={"HOME": str(tmp_path), "LANG": "C.UTF-8"},
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    pdf = (tmp_path / "welcome.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert b"/FontFile2" in pdf


def test_daemon(tmp_path: Path, shared_cache: Path) -> None:
    """A service's processes work side by side, and end in order when the system ends it; its
    packages have its unit."""
    space = Space(tmp_path / "daemon", shared_cache)
    space.copy(SAMPLES / "daemon")
    space.build("digestd", "deb", "rpm")
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number}").write_text(f"{number}\n")
    process = subprocess.Popen(
        [space.outputs("digestd") / "digestd", "--folder", folder, "--workers", "2"],
        env={},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    digested = sum("watching" not in line for line in islice(process.stderr, 21))
    process.terminate()
    assert process.communicate(timeout=30)[1] == "INFO: stopped; nothing is left half done\n"
    assert (digested, process.returncode) == (20, 0)
    sums = "".join(each.read_text() for each in folder.glob("*.sha256"))
    subprocess.run(["sha256sum", "-c"], input=sums, text=True, cwd=folder, check=True)
    unit = "usr/lib/systemd/system/digestd.service"
    (deb,) = space.outputs("deb").iterdir()
    (rpm,) = space.outputs("rpm").iterdir()
    for command in (f"dpkg-deb -c {deb}", f"{pythons.need_tool('rpm')} -qpl {rpm}"):
        said = subprocess.run(command.split(), capture_output=True, text=True, check=True)
        assert unit in said.stdout


def test_toolbox(space: Space) -> None:
    """A script and a package's command are handed out together, by rules."""
    space.copy(SAMPLES / "toolbox")
    space.build("--locked")
    folder = space.outputs("toolbox") / "bin"
    size = run(folder / "sizes", "NOTES.md", cwd=folder.parent).stdout.decode()
    assert re.fullmatch(r"\d+ Bytes NOTES.md\n", size)
    large = run(folder / "figlet", "I").stdout.decode()
    assert large.split() == ["___", "|_", "_|", "|", "|", "|", "|", "|___|"]


@pytest.mark.parametrize("name", ["cli", "science"])
def test_nothing_writable(samples: Callable[[str], Path], root_only: None, name: str) -> None:
    """With nothing writable and no folder to execute from, it works all the same."""
    program = samples(name)
    place = Path("/opt") / f"oxidize-{name}-{program.stat().st_ino}"
    shutil.copy(program, place)
    arguments = ["about"] if name == "cli" else []
    try:
        done = run(
            pythons.need_tool("unshare"),
            *("-m", "sh", "-ec", READ_ONLY, str(place), *arguments),
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        )
    finally:
        place.unlink()
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == run(program, *arguments).stdout


def test_packages_are_analyzed(samples: Callable[[str], Path]) -> None:
    """What numpy's extension modules need counts, and a limit names them."""
    space = Space(REPOSITORY, Path("/nonexistent"))
    done = space.oxidize("analyze", samples("science"), "--json", "--max-glibc", "2.2.4")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    (owner,) = (name for name in found["carries"]["owners"] if name.startswith("numpy "))
    assert found["carries"]["owners"][owner]["needs"]["GLIBC"].startswith("2.")
    umath = next(each for each in found["exceeding"] if "_multiarray_umath" in each["path"])
    assert umath["owner"] == owner
    assert any(symbol.startswith("memcpy@GLIBC_") for symbol in umath["symbols"])
    assert f" ({owner}) needs 2." in done.stderr


def test_own_libraries_come_first(samples: Callable[[str], Path]) -> None:
    """numpy's extension modules list the openblas that their wheel brings, after what it needs."""
    known = Space(REPOSITORY, Path("/nonexistent")).oxidize("inspect", samples("science"), "--json")
    modules = json.loads(known.stdout)["modules"]
    names = [Path(path).name for path in modules["numpy._core._multiarray_umath"]["libraries"]]
    (blas,) = [name for name in names if "openblas" in name]
    (fortran,) = [name for name in names if name.startswith("libgfortran")]
    assert names.index(fortran) < names.index(blas)


LEGACY = """
# /// script
# dependencies = ["setuptools<81", "click", "certifi"]
# ///
import setuptools, distutils.core
import pkg_resources

print("_distutils" in distutils.core.__file__)
print(pkg_resources.get_distribution("click").version.split(".")[0])
print("alias" in [e.name for e in pkg_resources.iter_entry_points("distutils.commands")])
print(len(pkg_resources.resource_string("certifi", "cacert.pem")) > 1000)
print(open(pkg_resources.resource_filename("certifi", "cacert.pem")).read(1) != "")
print("cacert.pem" in pkg_resources.resource_listdir("certifi", ""))
"""


def test_setuptools_and_pkg_resources(space: Space) -> None:
    """setuptools imports its vendored packages; pkg_resources finds distributions and data."""
    space.write("legacy.py", LEGACY)
    done = space.oxidize("pack", "legacy.py")
    assert done.returncode == 0, done.stderr
    done_ = run(space.root / "legacy", env={"HOME": str(space.root)})
    assert done_.stdout.decode().split() == ["True", "8", *["True"] * 4], done_.stderr.decode()


def test_compiled_by_mypyc(space: Space) -> None:
    """black, whose modules mypyc compiled into a library beside its packages, finds its grammar."""
    space.write(
        "fmt.py",
        '# /// script\n# dependencies = ["black"]\n# ///\nfrom black import patched_main\n'
        "patched_main()\n",
    )
    done = space.oxidize("pack", "fmt.py")
    assert done.returncode == 0, done.stderr
    space.write("ugly.py", "x = {  'a':1 }\n")
    env = {"HOME": str(space.root)}
    formatted = run(space.root / "fmt", "-q", "--diff", "ugly.py", env=env, cwd=space.root)
    assert b'+x = {"a": 1}' in formatted.stdout, formatted.stderr.decode()
