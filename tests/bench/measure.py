"""The measurements of docs/measurements.md: `make bench` prints them as one table.

Times of the operating system's own accounting, as medians; start-up is paired with plain Python in
turn, so that a machine whose speed drifts doesn't matter.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.e2e.space import REPOSITORY, Space

HELLO = REPOSITORY / "samples" / "hello"
ROUNDS = 40
APP = "import sys\nfrom hello.__main__ import main\nsys.exit(main())\n"


def once(argv: Sequence[str | Path], env: Mapping[str, str]) -> tuple[float, float]:
    """(wall, CPU) seconds of one process."""
    began = time.perf_counter()
    pid = os.posix_spawn(
        argv[0],
        [str(word) for word in argv],
        dict(env),
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"{argv[0]} failed")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime


def paired(
    first: Sequence[str | Path], second: Sequence[str | Path], rounds: int = ROUNDS
) -> tuple[float, float, float, float]:
    """Medians: wall of each, CPU of each; the two run in turn, after one round to warm up."""
    rows = [(once(first, {}), once(second, {})) for _ in range(rounds + 1)][1:]
    walls = [statistics.median(row[i][0] for row in rows) for i in (0, 1)]
    ratios = statistics.median(row[0][0] / row[1][0] for row in rows)
    cpu = statistics.median(row[0][1] / row[1][1] for row in rows)
    return walls[0], walls[1], ratios, cpu


def timed(space: Space, *arguments: str) -> float:
    """Wall seconds of one `oxidize`."""
    began = time.perf_counter()
    space.build(*arguments)
    return time.perf_counter() - began


def start_up(folder: Path, program: Path) -> list[str]:
    """hello against `python app.py` in a virtual environment without pip."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    shutil.copytree(HELLO / "hello", folder / "app" / "hello")
    (folder / "app/app.py").write_text(APP)
    python = [folder / "venv/bin/python", folder / "app/app.py"]
    ours, theirs, wall, cpu = paired([program], python)
    return [
        f"start-up of hello, wall        {ours * 1000:8.1f} ms",
        f"python app.py, wall            {theirs * 1000:8.1f} ms",
        f"ratio of wall, median of pairs {wall:8.2f}",
        f"ratio of CPU, median of pairs  {cpu:8.2f}",
    ]


def builds(space: Space) -> list[str]:
    """First build with a warm toolchain, unchanged, after an edit."""
    timed(space)
    tools = space.cache / "v1" / "tools"
    kept = space.root.parent / "tools"
    shutil.move(tools, kept)
    shutil.rmtree(space.cache)
    shutil.rmtree(space.root / "build")
    tools.parent.mkdir(parents=True)
    shutil.move(kept, tools)
    first = timed(space)
    unchanged = statistics.median(timed(space) for _ in range(9))
    edits = []
    for number in range(5):
        space.write("hello/edited.py", f"NUMBER = {number}\n")
        edits.append(timed(space))
    size = (space.outputs("hello") / "hello").stat().st_size
    return [
        f"first build, warm toolchain    {first:8.2f} s",
        f"unchanged build                {unchanged:8.2f} s",
        f"after an edit                  {statistics.median(edits):8.2f} s",
        f"size of hello                  {size / 1e6:8.1f} MB",
    ]


def main() -> None:
    """Measures in a throwaway folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        space = Space(folder / "project", folder / "cache")
        space.copy(HELLO)
        lines = builds(space)
        lines += start_up(folder, space.outputs("hello") / "hello")
    print(f"CPython {sys.version.split()[0]}, {os.cpu_count()} processors")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
