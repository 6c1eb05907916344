"""Scale: what an unchanged build of very many targets costs; `make bench` prints a row per size.

Each target is a manifest of ten files: nine of the project, and one that an action writes. One more
target takes them all, and is what is built. First what it takes to know from a memo that nothing is
to do; then the phases of the same build without one, in seconds of processor time.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from tests.bench.measure import timed
from tests.e2e.space import Space

SIZES = (2_500, 5_000, 10_000)
FILES = 10
PHASES = ("load", "analysis", "build")
BUILD_FILE = """\
COUNT = int(VARS["COUNT"])

def part(number):
    folder = "src/%d" % number

    def make():
        files = glob([folder + "/*.txt"], strip_prefix = "src/")
        written = FileContent(filename = "written.txt", content = folder)
        files.add_file(written, directory = str(number))
        return files

    return make

def everything(*parts):
    files = FileManifest()
    for each in parts:
        files.add_manifest(each)
    return files

def register():
    for number in range(COUNT):
        register_target("part%d" % number, part(number))
    parts = ["part%d" % number for number in range(COUNT)]
    register_target("all", everything, depends = parts, default = True)

register()
"""


def grow(space: Space, count: int) -> None:
    """A build file, and what is still lacking of the files that its targets hand out."""
    space.write("build.star", BUILD_FILE)
    for number in range(count):
        folder = space.root / "src" / str(number)
        if folder.exists():
            continue
        folder.mkdir(parents=True)
        for each in range(FILES - 1):
            (folder / f"{each}.txt").write_text(f"{number}/{each}\n")


def unchanged(space: Space, count: int) -> dict[str, float]:
    """Seconds of the phases of an unchanged build, and the peak of its memory in MB."""
    argv = [sys.executable, "-m", "tests.bench.scale", str(space.root), str(count)]
    environ = {**os.environ, "OXIDIZE_CACHE_DIR": str(space.cache)}
    done = subprocess.run(argv, env=environ, stdout=subprocess.PIPE, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def recalled(space: Space, arguments: Sequence[str]) -> dict[str, float]:
    """Seconds and MB of a build that is remembered; the best of three."""
    best: dict[str, float] = {}
    for _ in range(3):
        began = time.perf_counter()
        command = [sys.executable, "-m", "oxidize", "build", *arguments]
        environ = {**os.environ, "OXIDIZE_CACHE_DIR": str(space.cache)}
        child = subprocess.Popen(command, cwd=space.root, env=environ)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        assert status == 0
        if wall < best.get("wall", wall + 1):
            cpu = used.ru_utime + used.ru_stime
            best = {"wall": wall, "cpu": cpu, "peak": used.ru_maxrss / 1000}
    return best


def phases(folder: Path, count: int) -> dict[str, float]:
    """The same of this process, which goes through them as `oxidize build` does."""
    from oxidize.cli.building import build_targets, make_executor
    from oxidize.cli.console import Console
    from oxidize.cli.options import BuildOptions, ProjectOptions
    from oxidize.cli.progress import progress_for
    from oxidize.cli.project import Project
    from oxidize.cli.scope import Scope
    from oxidize.triples import host_triple

    options = ProjectOptions(folder, host_triple(), False, {"COUNT": str(count)})
    console = Console(sys.stdout, sys.stderr, verbosity=-1)
    times = [time.process_time()]
    project = Project.load(options, console)
    times.append(time.process_time())
    targets = project.analyze(["all"])
    times.append(time.process_time())
    with progress_for(console) as progress:
        build = BuildOptions(options, jobs=2, keep_going=False)
        scope = Scope("build", project.folder, ("all",), options.triple, options.flavour)
        executor = make_executor(scope, build, progress, project.session)
        built = build_targets(targets, {"all": project.folder_of("all")}, executor)
    times.append(time.process_time())
    assert built.result.ran == built.written["all"] == 0, "the build wasn't unchanged"
    seconds = [after - before for before, after in pairwise(times)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return {**dict(zip(PHASES, seconds, strict=True)), "peak": peak}


def row(space: Space, count: int) -> str:
    """One size's figures."""
    grow(space, count)
    variable = ("--var", f"COUNT={count}", "--quiet")
    timed(space, *variable)
    found = unchanged(space, count)
    timed(space, *variable)
    known = recalled(space, variable)
    total = sum(found[name] for name in PHASES)
    shown = "".join(f"{found[name]:10.2f}" for name in PHASES)
    return (
        f"{count:7}{FILES * count:8}"
        f"{known['wall']:8.2f}{known['cpu']:8.2f}{known['peak']:7.0f} MB"
        f"{shown}{total:10.2f}{found['peak']:7.0f} MB"
    )


def main() -> None:
    """Measures one project as it grows."""
    if len(sys.argv) > 1:
        print(json.dumps(phases(Path(sys.argv[1]), int(sys.argv[2]))))
        return
    print(f"{'remembered':>37}{'whole':>17}")
    print(
        "targets   files    wall     CPU     peak      load  analysis     build     total     peak"
    )
    with tempfile.TemporaryDirectory() as name:
        space = Space(Path(name, "project"), Path(name, "cache"))
        for count in SIZES:
            print(row(space, count), flush=True)


if __name__ == "__main__":
    main()
