"""The measurements of the samples with packages: `make bench` prints one row per sample.

Each is compared with plain Python in a virtual environment that has the same locked packages.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.measure import paired, timed
from tests.e2e.space import REPOSITORY, Space

MODULES: dict[str, tuple[str, list[str]]] = {
    "cli": ("todo", ["about"]),
    "science": ("linear", []),
    "data": ("sales", []),
    "service": ("greeter", ["--help-me-stop"]),
}
# The service would go on: importing it is what its start consists of.
IMPORT_ONLY = {"service"}
V1 = Path("/sys/fs/cgroup/memory")
V2 = Path("/sys/fs/cgroup")


def peak(argv: Sequence[str | Path]) -> int | None:
    """Bytes of memory at the most, of a process group of its own; None without cgroups.

    Copies in memory files count; pages of the program's own file don't, as they are cached before.
    """
    v1 = V1.is_dir()
    group = (V1 if v1 else V2) / f"oxidize-bench-{os.getpid()}"
    try:
        group.mkdir()
    except OSError:
        return None
    enter = f'echo $$ > "{group}/cgroup.procs" && exec "$@"'
    try:
        subprocess.run(
            ["sh", "-c", enter, "sh", *argv], env={}, stdout=subprocess.DEVNULL, check=True
        )
        name = "memory.max_usage_in_bytes" if v1 else "memory.peak"
        return int((group / name).read_text())
    finally:
        group.rmdir()


def environment(folder: Path, space: Space, name: str) -> Path:
    """A virtual environment with what the sample's lock says; returns its Python."""
    python = folder / name / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / name], check=True)
    from uv import find_uv_bin

    wanted = requirements(space.root / "oxidize.lock")
    subprocess.run(
        [find_uv_bin(), "pip", "install", "-q", "--python", python, "--compile-bytecode", *wanted],
        check=True,
    )
    return python


def requirements(lock: Path) -> list[str]:
    """The pins of a lock's first section."""
    import tomllib

    section = tomllib.loads(lock.read_text())["section"][0]
    return [
        f"{package['name']}=={package['version']}"
        + (f" ; {package['marker']}" if package.get("marker") else "")
        for package in section["package"]
    ]


def row(folder: Path, name: str) -> str:
    """One sample's figures."""
    space = Space(folder / f"{name}-project", folder / "cache")
    space.copy(REPOSITORY / "samples" / name)
    cold = timed(space)
    unchanged = statistics.median(timed(space) for _ in range(5))
    program = space.outputs(name) / name
    module, arguments = MODULES[name]
    python = environment(folder, space, f"{name}-venv")
    app: list[str | Path] = [python, "-m", module, *arguments]
    ours: list[str | Path] = [program, *arguments]
    if name in IMPORT_ONLY:
        return f"{name:8} {cold:7.1f} {unchanged:9.2f} {program.stat().st_size / 1e6:8.1f}"
    os.chdir(space.root)
    wall, theirs, wall_ratio, cpu_ratio = paired(ours, app, rounds=15)
    peaks = [peak(ours), peak(app)]
    memory = " ".join("      -" if p is None else f"{p / 1e6:7.1f}" for p in peaks)
    return (
        f"{name:8} {cold:7.1f} {unchanged:9.2f} {program.stat().st_size / 1e6:8.1f} "
        f"{wall * 1000:8.0f} {theirs * 1000:8.0f} {wall_ratio:6.2f} {cpu_ratio:6.2f}  {memory}"
    )


def main() -> None:
    """Measures all, with the toolchain and the standard library warm."""
    print("sample   cold s unchanged  size MB  wall ms   python  wall x  cpu x  peak MB python")
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        warm = Space(folder / "hello", folder / "cache")
        warm.copy(REPOSITORY / "samples" / "hello")
        timed(warm)
        for name in MODULES:
            print(row(folder, name), flush=True)
        os.chdir("/")
        shutil.rmtree(folder / "cache")


if __name__ == "__main__":
    main()
