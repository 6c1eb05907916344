"""The samples as programs for Linux of all kinds, run here or by qemu: they do what Python does."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import pythons
from tests.conftest import Emulator
from tests.e2e.space import REPOSITORY, Space
from tests.e2e.standalone_project import of_catalogue, write_build_file
from tests.targets.test_distributions import Case, build, dynamic, runner, static, succeeds

SAMPLES = REPOSITORY / "samples"
# Sample -> its module, its packages, and command lines.
RUNS: dict[str, tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    "hello": ("hello", (), ((), ("--language", "ja"), ("--help",), ("--wrong",))),
    "cli": ("todo", ("click>=8.1", "rich>=13.9"), (("about",), ("show",), ("wrong",))),
    "science": ("linear", ("numpy>=2.1",), ((),)),
}
CASES = (
    Case("3.13", "x86_64-unknown-linux-gnu"),
    Case("3.13", "aarch64-unknown-linux-gnu"),
    dynamic("3.13", "x86_64"),
    dynamic("3.13", "aarch64"),
    static("3.13", "x86_64"),
    static("3.13", "aarch64"),
)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """An installed CPython of the same version, in an environment of its own."""
    subprocess.run([pythons.need("3.13"), "-m", "venv", tmp_path / "plain"], check=True)
    return tmp_path / "plain" / "bin" / "python"


@pytest.mark.parametrize("sample", RUNS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_samples(
    space: Space,
    all_sources: Path,
    tmp_path: Path,
    case: Case,
    sample: str,
    emulator: Emulator,
    plain: Path,
) -> None:
    """They say what plain Python says, and exit with the same codes."""
    module, packages, runs = RUNS[sample]
    if case.static and sample == "science":
        pytest.skip("static programs load no extension modules")
    env = {"OXIDIZE_CONFIG_DIR": str(tmp_path / "config"), **pythons.on_path(case.minor)}
    succeeds(space, env, *build(case, all_sources))
    space.copy(SAMPLES / sample)
    (space.root / "oxidize.lock").unlink(missing_ok=True)
    write_build_file(space, of_catalogue(case.minor), module, *packages)
    succeeds(space, env, "build", "--target-triple", case.triple)
    (program,) = space.root.glob("build/*/debug/app/app")
    if packages:
        subprocess.run([plain, "-m", "pip", "install", "--quiet", *packages], check=True)
    for arguments in runs:
        expected = ran(space.root, [plain, "-m", module, *arguments])
        assert ran(space.root, [*runner(case, emulator), program, *arguments]) == expected


def ran(folder: Path, command: Sequence[str | Path]) -> tuple[str, int]:
    """What it says, and its exit code."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout, done.returncode
