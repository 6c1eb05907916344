"""Distributions from sources, with all libraries: what programs of them need, and do."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from attrs import frozen

from oxidize.triples import host_triple
from tests import pythons
from tests.distributions.archives import Archive
from tests.distributions.debian import Debian
from tests.e2e.space import Space

EVERYTHING = Path(__file__).with_name("everything.py")
_BUILD_FILE = """
def make():
    dist = default_python_distribution("standalone", python_version = "{minor}")
    exe = dist.to_python_executable(
        "app",
        config = dist.make_python_interpreter_config(run_module = "everything"),
    )
    exe.add_python_resource(exe.make_python_module_source("everything", read))
    return exe

read = '''{source}'''
register_target("app", make)
"""


@frozen
class Case:
    """One distribution, and the emulator that its programs take here."""

    minor: str
    triple: str
    options: Sequence[str] = ()
    flavour: str = "noopt"
    qemu: str = ""

    @property
    def name(self) -> str:
        return f"{self.minor}-{self.triple}-{self.flavour}"


CASES = (
    Case("3.13", "x86_64-unknown-linux-gnu"),
    Case("3.13", "x86_64-unknown-linux-musl", flavour="noopt+static"),
    Case("3.13", "aarch64-unknown-linux-gnu", qemu="qemu-aarch64-static"),
    Case("3.13", "aarch64-unknown-linux-musl", flavour="noopt+static", qemu="qemu-aarch64-static"),
    Case("3.13", "x86_64-unknown-linux-musl", ("--dynamic",), qemu="qemu-x86_64-static"),
    Case("3.13", "aarch64-unknown-linux-musl", ("--dynamic",), qemu="qemu-aarch64-static"),
    Case("3.11", "x86_64-unknown-linux-gnu"),
    Case("3.11", "x86_64-unknown-linux-musl", flavour="noopt+static"),
    Case("3.13", "x86_64-unknown-linux-gnu", ("--lto",), "lto"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_programs(
    space: Space,
    all_sources: Path,
    tmp_path: Path,
    case: Case,
    sysroot: Callable[[str], Path],
    musl: Callable[[str], Sequence[str | Path]],
) -> None:
    """A program of each distribution needs what it promises, and says what plain Python says."""
    runner = _runner(case, sysroot, musl)
    env = {"OXIDIZE_CONFIG_DIR": str(tmp_path / "config")}
    _succeeds(space, env, *_build(case, all_sources))
    source = EVERYTHING.read_text().replace("\\", "\\\\")
    space.write("build.star", _BUILD_FILE.format(minor=case.minor, source=source))
    path = pythons.on_path(case.minor)
    _succeeds(space, {**env, **path}, "build", "--target-triple", case.triple)
    (program,) = space.root.glob("build/*/debug/app/app")
    plain = subprocess.run(
        [pythons.need(case.minor), EVERYTHING], capture_output=True, text=True, check=True
    )
    done = subprocess.run([*runner, program], capture_output=True, text=True, check=False)
    assert _same(done.stdout) == _same(plain.stdout), done.stderr
    (binary,) = json.loads(_succeeds(space, env, "analyze", program, "--json"))["binaries"]
    if case.flavour.endswith("+static"):
        assert (binary["libraries"], binary["needs"]) == ([], {})
    elif case.triple.endswith("-musl"):
        assert binary["needs"] == {"musl": ""}
    else:
        assert binary["needs"] == {"GLIBC": "2.17"}


@pytest.mark.parametrize("case", CASES[:2], ids=lambda case: case.name)
def test_the_same_bytes(space: Space, all_sources: Path, tmp_path: Path, case: Case) -> None:
    """Built again in another cache, with more commands at once, an archive has the same bytes."""
    other = Space(space.root, tmp_path / "another" / "cache")
    env = {"OXIDIZE_CONFIG_DIR": str(tmp_path / "config")}
    _succeeds(space, env, *_build(case, all_sources), "-o", "one")
    _succeeds(other, env, *_build(case, all_sources), "-o", "two", "-j", "3")
    (one,), (two,) = (sorted((space.root / name).glob("*.zst")) for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def _build(case: Case, sources: Path) -> Sequence[str | Path]:
    what = ("--python", case.minor, "--target-triple", case.triple, *case.options)
    return ("distribution", "build", *what, "--sources", sources, "--offline")


def _runner(
    case: Case, sysroot: Callable[[str], Path], musl: Callable[[str], Sequence[str | Path]]
) -> Sequence[str | Path]:
    """What is written before a program to run it here."""
    if not case.qemu:
        if case.triple.partition("-")[0] != host_triple().partition("-")[0]:
            pythons.missing(f"a machine for {case.triple}")
        return ()
    qemu = pythons.need_tool(case.qemu)
    machine = case.triple.partition("-")[0]
    if "--dynamic" in case.options:
        return musl(machine)
    return (qemu, "-L", sysroot(machine)) if case.triple.endswith("-gnu") else (qemu,)


@pytest.fixture
def sysroot(debians: Callable[[str], tuple[Debian, Archive]]) -> Callable[[str], Path]:
    """Gives a folder with the glibc of a machine."""
    return lambda machine: debians(machine)[0].root


def _same(text: str) -> list[str]:
    """Without what libraries decide: which of the two readlines it is."""
    return [line.replace("readline False", "readline True") for line in text.splitlines()]


def _succeeds(space: Space, env: Mapping[str, str], *arguments: str | Path) -> str:
    done = space.oxidize(*arguments, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout
