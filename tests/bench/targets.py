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
from tests.e2e.space import REPOSITORY, Space

_BUILD_FILE = """
def make():
    dist = PythonDistribution(sha256 = "{sha256}", local_path = "{path}")
    config = dist.make_python_interpreter_config(run_module = "{module}")
    exe = dist.to_python_executable(name = "app", config = config)
    exe.add_python_resources(exe.read_package_root(path = ".", packages = ["{module}"]))
    {packages}
    return exe

register_target("app", make)
"""
_NUMPY = 'exe.add_python_resources(exe.pip_install(["numpy>=2.1"]))'


def build(space: Space, row: Row, sample: str, module: str, packages: str = "") -> None:
    """Builds a sample with an archive."""
    shutil.copytree(REPOSITORY / "samples" / sample, space.root, dirs_exist_ok=True)
    path = unquote(urlsplit(row.url).path)
    text = _BUILD_FILE.format(sha256=row.sha256, path=path, module=module, packages=packages)
    space.write("build.star", text)
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
    build(space, row, "science", "linear", _NUMPY)
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
    built = "       -        -        -" if row.static else cold(science, row)
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
