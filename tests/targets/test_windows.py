"""The samples as programs for Windows, run by wine: they do what plain Python does."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from oxidize.distributions.windows import is_runtime
from tests import pythons
from tests.distributions.archives import Archive
from tests.distributions.windows import Windows
from tests.e2e.space import REPOSITORY, Space
from tests.e2e.windows_builds import build
from tests.e2e.wine import Wine

SAMPLES = REPOSITORY / "samples"
# Sample -> its module, its packages, and command lines.
RUNS: dict[str, tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    "hello": ("hello", (), ((), ("--language", "ja"), ("--help",), ("--wrong",))),
    "cli": (
        "todo",
        ("click>=8.1", "rich>=13.9"),
        # Not `show`: rich draws tables with other lines on Windows.
        (("about",), ("add", "--urgent", "a b"), ("wrong",)),
    ),
    "science": ("linear", ("numpy>=2.1",), ((),)),
}
SERVICE = ("fastapi>=0.115", "uvicorn>=0.32")


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """An installed CPython of the same version, without packages."""
    subprocess.run([pythons.need("3.11"), "-m", "venv", tmp_path / "plain"], check=True)
    return tmp_path / "plain" / "bin" / "python"


def install(python: Path, packages: tuple[str, ...]) -> None:
    if packages:
        command = [str(python), "-m", "pip", "install", "--quiet", "--only-binary=:all:", *packages]
        subprocess.run(command, check=True)


@pytest.mark.parametrize("sample", RUNS)
def test_samples(
    space: Space, wine: Wine, windows: tuple[Windows, Archive], plain: Path, sample: str
) -> None:
    """hello, cli and science say what they say on this machine, and exit with the same codes."""
    module, packages, runs = RUNS[sample]
    install(plain, packages)
    space.copy(SAMPLES / sample)
    (space.root / "oxidize.lock").unlink(missing_ok=True)
    path = build(space, windows[1], module, *packages)
    for arguments in runs:
        command = [str(plain), "-m", module, *arguments]
        expected = subprocess.run(
            command, cwd=space.root, capture_output=True, encoding="utf-8", check=False
        )
        ran = wine.run(path, *arguments)
        assert (ran.stdout, ran.returncode) == (expected.stdout, expected.returncode)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(wine: Wine, program: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The service, until it is told to stop."""
    command = [pythons.need_tool("wine"), str(program), str(port)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=wine.environment(), **pipes) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


def answer(port: int) -> object:
    """What it says, once it answers."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/hello/W%C3%B6rld") as response:
                return json.load(response)
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the service doesn't answer")


def test_service(space: Space, wine: Wine, windows: tuple[Windows, Archive]) -> None:
    """A web service with compiled Rust in it answers, and stops on Ctrl-C."""
    space.copy(SAMPLES / "service")
    (space.root / "oxidize.lock").unlink()
    path, port = build(space, windows[1], "greeter", *SERVICE), free_port()
    with serving(wine, path, port) as process:
        assert answer(port) == {"text": "Hello, Wörld!", "length": 13}
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert b"Finished server process" in said


def test_runtime_of_visual_c(space: Space, wine: Wine, windows: tuple[Windows, Archive]) -> None:
    """The Visual C++ runtime is carried unless that isn't wanted."""
    space.copy(SAMPLES / "hello")
    for mode, carried in (("never", False), ("always", True)):
        setting = f'windows_runtime_dlls_mode = "{mode}",'
        path = build(space, windows[1], "hello", settings=setting)
        listed = space.oxidize("inspect", "--files", path).stdout.splitlines()
        assert any(is_runtime(each.removeprefix("lib/")) for each in listed) == carried
        assert wine.run(path).returncode == 0


STANDARD_LIBRARY = """
import ctypes, json, multiprocessing, sqlite3, ssl, sys, threading, zlib
from concurrent.futures import ProcessPoolExecutor

from markupsafe import _speedups


def main():
    results = []
    threads = [threading.Thread(target=lambda: results.append(sum(range(10000)))) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    print(sys.version_info[:2], len(results), ctypes.pythonapi._handle == sys.dllhandle)
    print(ssl.create_default_context().check_hostname, zlib.decompress(zlib.compress(b"a")))
    print(sqlite3.connect(":memory:").execute("select 6 * 7").fetchone())
    print(ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x + 1)(41), _speedups.__name__)
    with ProcessPoolExecutor(2) as pool:
        print(list(pool.map(abs, [-1, 2, -3])))


if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize("minor", ["3.12", "3.13", "3.14"])
def test_versions(
    space: Space, wine: Wine, windows_of: Callable[[str], tuple[Windows, Archive]], minor: str
) -> None:
    """CPythons whose DLL has variables of which each thread has its own run from memory, too, with
    threads, processes, and much of the standard library."""
    space.write("app/__init__.py", "")
    space.write("app/__main__.py", STANDARD_LIBRARY)
    path = build(space, windows_of(minor)[1], "app", "markupsafe==3.0.3")
    listed = json.loads(space.oxidize("inspect", "--json", path).stdout)["files"]
    assert listed[f"lib/python{minor.replace('.', '')}.dll"]["location"] == "in-memory"
    ran = wine.run(path)
    version = tuple(map(int, minor.split(".")))
    assert (ran.stderr, ran.stdout.splitlines()) == (
        "",
        [f"{version} 8 True", "True b'a'", "(42,)", "42 markupsafe._speedups", "[1, 2, 3]"],
    )
