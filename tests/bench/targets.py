"""The measurements of other targets: one row for each archive of the user's catalogue.

`hello` is built first, so that the toolchain, the runtime, the standard library and downloads are
warm; then `science` from nothing else, where extension modules can be loaded. What runs here is
compared with `python app.py` of the same version, in pairs.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

from oxidize.distributions.catalogue import Row
from oxidize.executor.catalogues import user_rows
from oxidize.triples import host_triple
from tests import pythons
from tests.bench.measure import APP, HELLO, paired
from tests.distributions.archives import Archive
from tests.e2e.space import REPOSITORY, Space
from tests.e2e.standalone_project import of_archive, write_build_file

# Machines that numpy has no wheels for.
_WITHOUT_NUMPY = (
    "riscv64-unknown-linux-gnu",
    "ppc64le-unknown-linux-gnu",
    "s390x-unknown-linux-gnu",
)


def build(space: Space, row: Row, sample: str, module: str, *packages: str) -> None:
    """Builds a sample with an archive."""
    shutil.copytree(REPOSITORY / "samples" / sample, space.root, dirs_exist_ok=True)
    archive = Archive(Path(unquote(urlsplit(row.url).path)), row.sha256)
    write_build_file(space, of_archive(archive), module, *packages)
    env = pythons.on_path(row.minor)
    done = space.oxidize("build", "-q", "--release", "--target-triple", row.triple, env=env)
    if done.returncode:
        raise SystemExit(done.stderr)


def program(space: Space) -> Path:
    """What it made."""
    (folder,) = space.root.glob("build/*/release/app")
    return next(path for path in folder.iterdir() if path.stem == "app")


def cold(space: Space, row: Row) -> str:
    """Wall and CPU seconds of the build of science, and its size."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    build(space, row, "science", "linear", "numpy>=2.1")
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"{wall:8.1f} {cpu:8.1f} {program(space).stat().st_size / 1e6:8.1f}"


def start_up(folder: Path, row: Row, ours: Path) -> str:
    """hello against `python app.py`."""
    python = folder / f"venv-{row.minor}" / "bin" / "python"
    if not python.exists():
        make: list[str | Path] = [pythons.need(row.minor), "-m", "venv", "--without-pip"]
        subprocess.run([*make, python.parent.parent], check=True)
    app = folder / "app"
    shutil.copytree(HELLO / "hello", app / "hello", dirs_exist_ok=True)
    (app / "app.py").write_text(APP)
    wall, theirs, wall_ratio, cpu_ratio = paired([ours], [python, app / "app.py"])
    return f"{wall * 1000:8.0f} {theirs * 1000:8.0f} {wall_ratio:6.2f} {cpu_ratio:6.2f}"


def line(folder: Path, row: Row) -> str:
    """One archive's figures."""
    name = f"{row.triple} {row.minor} {row.flavour}"
    hello = Space(folder / name.replace(" ", "-"), folder / "cache")
    hello.root.mkdir()
    build(hello, row, "hello", "hello")
    size = program(hello).stat().st_size / 1e6
    science = Space(folder / f"science-{name.replace(' ', '-')}", folder / "cache")
    science.root.mkdir()
    none = row.static or row.triple.startswith(_WITHOUT_NUMPY)
    built = "       -        -        -" if none else cold(science, row)
    runs = row.triple == host_triple() or (row.static and row.triple.startswith("x86_64"))
    started = start_up(folder, row, program(hello)) if runs else ""
    return f"{name:48} {size:6.1f} {built} {started}"


def main() -> None:
    """Measures with all archives of the catalogue that are files."""
    head = ("hello MB", "science s", "CPU s", "MB", "start ms", "python", "wall x", "cpu x")
    print(f"{'archive':48} {' '.join(head)}")
    with tempfile.TemporaryDirectory() as text:
        for row in user_rows(os.environ):
            if row.url.startswith("file:"):
                print(line(Path(text), row), flush=True)


if __name__ == "__main__":
    main()
