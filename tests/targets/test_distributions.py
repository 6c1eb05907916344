"""Distributions from sources, with all libraries: what programs of them need, and do."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from attrs import frozen

from oxidize.triples import host_triple
from tests import pythons
from tests.conftest import Emulator
from tests.e2e.space import Space
from tests.e2e.standalone_project import of_catalogue, write_build_file

EVERYTHING = Path(__file__).with_name("everything.py")


@frozen
class Case:
    """One distribution."""

    minor: str
    triple: str
    options: Sequence[str] = ()
    flavour: str = "noopt"
    needs: Mapping[str, str] = {"GLIBC": "2.17"}
    stand_in: str = ""
    """An installed CPython whose output is as good, where this version isn't to be had."""

    @property
    def name(self) -> str:
        return f"{self.minor}-{self.triple}-{self.flavour}"

    @property
    def plain(self) -> str:
        """Whose output is expected."""
        return self.stand_in or self.minor

    @property
    def static(self) -> bool:
        """Whether its programs need no C library."""
        return self.flavour.endswith("+static")


def static(minor: str, machine: str) -> Case:
    """One for any Linux."""
    return Case(minor, f"{machine}-unknown-linux-musl", flavour="noopt+static", needs={})


def dynamic(minor: str, machine: str) -> Case:
    """One for systems with musl."""
    triple = f"{machine}-unknown-linux-musl"
    return Case(minor, triple, ("--dynamic",), needs={"musl": ""})


CASES = (
    Case("3.13", "x86_64-unknown-linux-gnu"),
    static("3.13", "x86_64"),
    dynamic("3.13", "x86_64"),
    Case("3.13", "aarch64-unknown-linux-gnu"),
    static("3.13", "aarch64"),
    dynamic("3.13", "aarch64"),
    Case("3.13", "riscv64-unknown-linux-gnu", needs={"GLIBC": "2.27"}),
    Case("3.11", "x86_64-unknown-linux-gnu"),
    static("3.11", "x86_64"),
    Case("3.14", "x86_64-unknown-linux-gnu", stand_in="3.13"),
    Case("3.13", "x86_64-unknown-linux-gnu", ("--lto",), "lto"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_programs(
    space: Space,
    all_sources: Path,
    tmp_path: Path,
    case: Case,
    emulator: Emulator,
) -> None:
    """A program of each distribution needs what it promises, and says what plain Python says."""
    emulated = runner(case, emulator)
    if not any(all_sources.glob(f"Python-{case.minor}.*")):
        pythons.missing(f"the source of CPython {case.minor}")
    env = {"OXIDIZE_CONFIG_DIR": str(tmp_path / "config")}
    succeeds(space, env, *build(case, all_sources))
    space.write("everything.py", EVERYTHING.read_text())
    write_build_file(space, of_catalogue(case.minor), "everything")
    path = pythons.on_path(case.plain)
    succeeds(space, {**env, **path}, "build", "--target-triple", case.triple)
    (program,) = space.root.glob("build/*/debug/app/app")
    plain = subprocess.run(
        [pythons.need(case.plain), EVERYTHING], capture_output=True, text=True, check=True
    )
    done = subprocess.run([*emulated, program], capture_output=True, text=True, check=False)
    assert _same(done.stdout) == _same(plain.stdout), done.stderr
    (binary,) = json.loads(succeeds(space, env, "analyze", program, "--json"))["binaries"]
    assert binary["needs"] == case.needs
    assert not (case.static and binary["libraries"])


@pytest.mark.parametrize("case", CASES[:2], ids=lambda case: case.name)
def test_the_same_bytes(space: Space, all_sources: Path, tmp_path: Path, case: Case) -> None:
    """Built again in another cache, with more commands at once, an archive has the same bytes."""
    other = Space(space.root, tmp_path / "another" / "cache")
    env = {"OXIDIZE_CONFIG_DIR": str(tmp_path / "config")}
    succeeds(space, env, *build(case, all_sources), "-o", "one")
    succeeds(other, env, *build(case, all_sources), "-o", "two", "-j", "3")
    (one,), (two,) = (sorted((space.root / name).glob("*.zst")) for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def build(case: Case, sources: Path) -> Sequence[str | Path]:
    """The arguments that build it, from the cache if it was built before."""
    what = ("--python", case.minor, "--target-triple", case.triple, *case.options)
    return ("distribution", "build", *what, "--sources", sources, "--offline")


def runner(case: Case, emulator: Emulator) -> Sequence[str | Path]:
    """What is written before a program to run it here."""
    machine = case.triple.partition("-")[0]
    if case.static and machine == host_triple().partition("-")[0]:
        return ()
    if case.static:
        return pythons.need_qemu(machine)
    if case.triple == host_triple():
        return ()
    return emulator(machine, "musl" if case.triple.endswith("-musl") else "libc6")


def _same(text: str) -> list[str]:
    """Without what libraries decide: which of the two readlines it is."""
    return [line.replace("readline False", "readline True") for line in text.splitlines()]


def succeeds(space: Space, env: Mapping[str, str], *arguments: str | Path) -> str:
    """What it says."""
    done = space.oxidize(*arguments, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout
